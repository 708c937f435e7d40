using Sv2.Protocol.JobDeclaration;

namespace Simulation.Peers;

/// <summary>How an upstream behaves for a while.</summary>
internal enum PoolMood
{
    Fine,
    RefusesSetup,
    RefusesChannel,
    GrantsTooLittle,
    Stale,
    Busy,
    BadToken,
    RefusesJobs,
    NoTokens,
}

/// <summary>A pool with its job declarator, across all connections to it.</summary>
internal sealed class Pool(int index)
{
    public const int Payouts = 3;

    public int Index { get; } = index;

    /// <summary>Counts changes of how the pool is configured.</summary>
    public int Generation { get; set; }

    /// <summary>
    /// Ends connections that have brought nothing for so long and no job yet; null for one that does not. Shorter than the longest
    /// stability time: the best one's are ended before it has the work, and it must get it all the same.
    /// </summary>
    public TimeSpan? IdleTime { get; init; }

    /// <summary>How long it waits for something on a connection. Shares for a job take a while.</summary>
    public TimeSpan? IdleTimeOf(PoolSession session) => session.Jobs.Count == 0 ? IdleTime : TimeSpan.FromSeconds(8);

    public PoolMood Mood { get; set; }

    public DateTimeOffset UnreachableUntil { get; set; }

    public int TipHeight { get; set; }

    public uint LastJob { get; set; }

    /// <summary>Tokens given out and not used.</summary>
    public HashSet<ulong> Tokens { get; } = [];

    /// <summary>Declarations accepted, by the token that a custom job must bring.</summary>
    public Dictionary<ulong, DeclareMiningJob> Declared { get; } = [];

    /// <summary>Declarations that wait for transactions, by request.</summary>
    public Dictionary<uint, Declaration> Unfinished { get; } = [];

    /// <summary>What tokens pay for now, below <see cref="Payouts"/>: one output or two, and soon the same again.</summary>
    public int Payout { get; set; }

    /// <summary>Each token pays something else than the one before.</summary>
    public bool PaysInTurn { get; set; }
}
