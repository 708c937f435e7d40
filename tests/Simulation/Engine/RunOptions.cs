using JdClient.Core;

namespace Simulation.Engine;

/// <summary>What one run is.</summary>
internal sealed record RunOptions(MiningMode Mode, ulong Seed, long Events)
{
    /// <summary>What runs it alone, and again exactly.</summary>
    public string Command =>
        $"dotnet run -c Release --project tests/Simulation -- --seeds {Seed}..{Seed} --events {Events} --mode {NameOf(Mode)}";

    /// <summary>After the faults end: until the best source must have the work.</summary>
    public TimeSpan Recovery { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>The same where a pool ends idle connections within 3 s: it needs many of them, with pauses between.</summary>
    public TimeSpan SlowRecovery { get; init; } = TimeSpan.FromSeconds(105);

    /// <summary>After that: how long it must stay so.</summary>
    public TimeSpan Calm { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A mode as the command line has it.</summary>
    public static string NameOf(MiningMode mode) => mode switch
    {
        MiningMode.FullTemplate => "full-template",
        MiningMode.CoinbaseOnly => "coinbase-only",
        _ => "solo-mining",
    };
}

/// <summary>What came of a run.</summary>
internal sealed record RunResult(RunOptions Options, long Events, CoreCounters Counters, string? Failure);
