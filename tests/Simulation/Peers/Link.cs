using JdClient.Core;

namespace Simulation.Peers;

internal enum LinkState
{
    Connecting,
    Up,
    Closed,
}

/// <summary>One attempt of the core to be connected to a peer, and the order of what the peer sends on it.</summary>
internal sealed class Link(LinkId id, LinkRole role, int index)
{
    public LinkId Id { get; } = id;

    public LinkRole Role { get; } = role;

    public int Index { get; } = index;

    public LinkState State { get; set; }

    /// <summary>The core gave it up: what was under way may still arrive.</summary>
    public bool ClosedByCore { get; set; }

    /// <summary>The core was told of its end.</summary>
    public bool IsDead { get; set; }

    /// <summary>Connected, but nothing comes any more.</summary>
    public bool IsSilent { get; set; }

    public DateTimeOffset LastArrival { get; set; }

    /// <summary>What the core waits for on it, by request, and until when.</summary>
    public Dictionary<(Type Request, uint Id), DateTimeOffset> Awaited { get; } = [];

    /// <summary>When a template or prev-hash came last, on a provider's link.</summary>
    public DateTimeOffset HeardAt { get; set; }

    /// <summary>When the core missed the transactions of a template.</summary>
    public DateTimeOffset MissedTransactionsAt { get; set; }

    /// <summary>When the core missed a token.</summary>
    public DateTimeOffset MissedTokenAt { get; set; }

    /// <summary>When it was asked whether it is there.</summary>
    public DateTimeOffset? AskedAt { get; set; }

    /// <summary>It was told the constraints: a first template is due.</summary>
    public bool IsAwaited { get; set; }

    /// <summary>When it was told our hash rate, on a pool's link.</summary>
    public DateTimeOffset ToldAt { get; set; }

    /// <summary>The pool's side, on a pool's link.</summary>
    public PoolSession? Pool { get; set; }

    /// <summary>Declarations accepted on it, the newest ones, on a job declarator's link.</summary>
    public Queue<Declaration> Declared { get; } = [];

    /// <summary>Requests for tokens that wait for a better mood.</summary>
    public Queue<Sv2.Protocol.Sv2Message> PutOff { get; } = [];

    /// <summary>The tip that was announced on it, on a provider's link.</summary>
    public ChainTip? Tip { get; set; }

    /// <summary>The template that came with it; future ones before it are void (spec 07, 7.3).</summary>
    public ulong TipTemplate { get; set; }

    /// <summary>When it was announced.</summary>
    public DateTimeOffset TipAt { get; set; }

    /// <summary>The template of the tip that was given last, on a provider's link.</summary>
    public ulong Newest { get; private set; }

    /// <summary>When it was given, or its tip.</summary>
    public DateTimeOffset NewestAt { get; private set; }

    /// <summary>Notes a template of the tip.</summary>
    public void NoteNewest(ulong id, DateTimeOffset now) => (Newest, NewestAt) = (id, now);
}
