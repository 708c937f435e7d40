using JdClient.Core;

namespace Simulation.Engine;

/// <summary>What one run is.</summary>
internal sealed record RunOptions(MiningMode Mode, ulong Seed, long Events)
{
    public TimeSpan Recovery { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>What came of a run.</summary>
internal sealed record RunResult(RunOptions Options, long Events, CoreCounters Counters, string? Failure);
