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
    public int Index { get; } = index;

    public PoolMood Mood { get; set; }

    public DateTimeOffset UnreachableUntil { get; set; }

    public int TipHeight { get; set; }

    public uint LastJob { get; set; }

    /// <summary>Tokens given out and not used.</summary>
    public HashSet<ulong> Tokens { get; } = [];

    /// <summary>Declarations accepted, by the token that a custom job must bring.</summary>
    public Dictionary<ulong, DeclareMiningJob> Declared { get; } = [];

    /// <summary>Declarations that wait for transactions, by request.</summary>
    public Dictionary<uint, DeclareMiningJob> Unfinished { get; } = [];

    /// <summary>
    /// Changes with what tokens pay: one output or two, never the same again, so that equal coinbases are the same job.
    /// </summary>
    public int Payout { get; set; }
}
