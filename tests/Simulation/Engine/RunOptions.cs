using JdClient.Core;

namespace Simulation.Engine;

/// <summary>What one run is.</summary>
internal sealed record RunOptions(MiningMode Mode, ulong Seed, long Events)
{
    /// <summary>After the faults end: until the best source must have the work.</summary>
    public TimeSpan Recovery { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>After that: how long it must stay so.</summary>
    public TimeSpan Calm { get; init; } = TimeSpan.FromSeconds(15);
}

/// <summary>What came of a run.</summary>
internal sealed record RunResult(RunOptions Options, long Events, CoreCounters Counters, string? Failure);
