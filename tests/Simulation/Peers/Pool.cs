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

    /// <summary>Ends connections that have brought no share for long.</summary>
    public bool DropsIdle { get; init; }

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
