using JdClient.Core;
using Simulation.Engine;
using Xunit;

namespace Simulation.Tests;

/// <summary>A million events of tests/Simulation in every build; many more are run by hand.</summary>
public sealed class FixedSeedsTests
{
    private const int Seeds = 17;
    private const long Events = 20_000;

    [Theory]
    [InlineData(MiningMode.FullTemplate)]
    [InlineData(MiningMode.CoinbaseOnly)]
    [InlineData(MiningMode.SoloMining)]
    public void Every_promise_holds_after_every_event(MiningMode mode)
    {
        var results = new RunResult[Seeds];
        Parallel.For(0, Seeds, i => results[i] = Simulator.Run(new RunOptions(mode, (ulong)i + 1, Events)));
        Assert.All(results, static result => Assert.True(result.Failure is null, result.Failure));
        Assert.True(results.Sum(static result => result.Events) > 1_000_000 / 3);

        // A run in which nothing happens proves nothing.
        Assert.All(results, static result => Assert.True(
            result.Counters is { SharesAccepted: > 1000, BlocksFound: > 5 }, $"seed {result.Options.Seed}: {result.Counters}"));
        if (mode == MiningMode.SoloMining)
            return;
        Assert.All(results, static result => Assert.True(
            result.Counters is { SharesSent: > 100, SourceChanges: > 10, JobsAcknowledged: > 20 },
            $"seed {result.Options.Seed}: {result.Counters}"));
    }

    [Fact]
    public void A_seed_replays_exactly()
    {
        var run = new RunOptions(MiningMode.FullTemplate, 17, 3000);
        RunResult first = Simulator.Run(run);
        RunResult second = Simulator.Run(run);
        Assert.Equal(first, second);
    }
}
