namespace JdClient.Core.Engine;

/// <summary>
/// What the parts of the core share: options, the time and the effects of the event that is being handled, deadlines,
/// counters, ids. Owned by <see cref="ChannelManager"/>.
/// </summary>
internal sealed class CoreContext(CoreOptions options, ulong seed)
{
    private long _lastLink;
    private uint _lastRequest;

    /// <summary>The configuration.</summary>
    public CoreOptions Options { get; } = options;

    /// <summary>What is to happen later.</summary>
    public Deadlines Deadlines { get; } = new();

    /// <summary>Randomness of retry times.</summary>
    public Jitter Jitter { get; } = new(seed);

    /// <summary>Sums since the start.</summary>
    public Counters Counters { get; } = new();

    /// <summary>The time of the event that is being handled.</summary>
    public DateTimeOffset Now { get; set; }

    /// <summary>Takes what follows from the event that is being handled.</summary>
    public IEffects Effects { get; set; } = null!;

    /// <summary>A link id that was never used.</summary>
    public LinkId NewLink() => new(++_lastLink);

    /// <summary>A request id; not reused before 2^32 others.</summary>
    public uint NewRequest() => ++_lastRequest;

    /// <summary>Calls <paramref name="fire"/> after <paramref name="delay"/>.</summary>
    public Deadline After(TimeSpan delay, Action fire) => Deadlines.Set(Now + delay, fire);

    /// <summary>Reports.</summary>
    public void Report(CoreReport report) => Effects.Report(report);
}
