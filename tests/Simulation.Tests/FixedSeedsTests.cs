using JdClient.Core;
using Simulation.Engine;
using Xunit;

namespace Simulation.Tests;

/// <summary>A few seeds of tests/Simulation in every build; many more are run by hand.</summary>
public sealed class FixedSeedsTests
{
    private const long Events = 20_000;

    [Theory]
    [InlineData(MiningMode.FullTemplate, 1, 4)]
    [InlineData(MiningMode.CoinbaseOnly, 5, 8)]
    [InlineData(MiningMode.SoloMining, 9, 10)]
    public void Every_promise_holds_after_every_event(MiningMode mode, int first, int last)
    {
        for (int seed = first; seed <= last; seed++)
        {
            RunResult result = Simulator.Run(new RunOptions(mode, (ulong)seed, Events));
            Assert.True(result.Failure is null, result.Failure);
            Assert.True(result.Events >= Events);

            // A run in which nothing happens proves nothing.
            Assert.True(result.Counters is { SharesAccepted: > 1000, BlocksFound: > 5 }, result.Counters.ToString());
            Assert.True(
                mode == MiningMode.SoloMining || result.Counters is { SharesSent: > 500, SourceChanges: > 10, JobsAcknowledged: > 50 },
                result.Counters.ToString());
        }
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
