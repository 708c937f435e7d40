using JdClient.Core.Engine;

namespace JdClient.Core.Templates;

/// <summary>One connection to a template provider, with everything that dies with it: template ids mean something only here.</summary>
internal sealed class ProviderSession(ProviderSlot slot, LinkId link, CoreLimits limits)
{
    /// <summary>Which provider.</summary>
    public ProviderSlot Slot { get; } = slot;

    /// <summary>The link to it.</summary>
    public LinkId Link { get; } = link;

    /// <summary>It is set up: messages can be sent.</summary>
    public bool IsConnected { get; set; }

    /// <summary>Its templates.</summary>
    public TemplateStore Templates { get; } = new(limits);

    /// <summary>
    /// Templates whose transactions were asked for, by id, oldest first; each has a deadline. Bounded by
    /// <see cref="CoreLimits.TransactionRequests"/>.
    /// </summary>
    public OrderedDictionary<ulong, Template> Requests { get; } = [];

    /// <summary>
    /// Templates of former connections whose transactions were asked for because of a block, by id. Bounded by
    /// <see cref="CoreLimits.WaitingBlocks"/>.
    /// </summary>
    public HashSet<ulong> FormerRequests { get; } = [];

    /// <summary>Until when the step that is under way is waited for: the connection, a first template, a sign of life.</summary>
    public Deadline? Deadline { get; set; }

    /// <summary>When it last sent a template or a prev-hash.</summary>
    public DateTimeOffset HeardAt { get; set; }

    /// <summary>When its silence is looked at.</summary>
    public Deadline? SilenceDeadline { get; set; }

    /// <summary>It was silent, was asked for a template and has not answered yet.</summary>
    public bool IsProbed { get; set; }

    /// <summary>When that was last.</summary>
    public DateTimeOffset ProbedAt { get; set; }

    /// <summary>Since when it has delivered templates of a tip as good as any; null before.</summary>
    public DateTimeOffset? FitSince { get; set; }

    /// <summary>Since when its tip is behind that of another provider; null while it is not.</summary>
    public DateTimeOffset? BehindSince { get; set; }

    /// <summary>It has been behind for too long.</summary>
    public bool IsBehind { get; set; }

    /// <summary>What the provider was told last about the room our outputs need.</summary>
    public OutputRoom RoomSent { get; set; }

    /// <summary>
    /// The room its templates have: one that was under way when the constraints grew does not have the new room yet (spec
    /// 07, 7.1: new constraints are answered with a new future template).
    /// </summary>
    public OutputRoom RoomKept { get; set; }

    /// <summary>Before this it is not asked for a template again.</summary>
    public DateTimeOffset MayAskAt { get; set; }

    /// <summary>When it is asked.</summary>
    public Deadline? AskDeadline { get; set; }

    /// <summary>Ends all waiting but that for transactions.</summary>
    public void Close(Deadlines deadlines)
    {
        IsConnected = false;
        deadlines.Cancel(Deadline);
        deadlines.Cancel(SilenceDeadline);
        deadlines.Cancel(AskDeadline);
    }
}
