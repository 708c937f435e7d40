using CsCheck;
using JdClient.Core.Tests.Harness;
using Xunit;

namespace JdClient.Core.Tests;

/// <summary>Seeded random interleavings of everything that can happen, with the core's promises checked after every event.</summary>
public sealed class RandomRunTests
{
    private const int Events = 4000;

    public static TheoryData<MiningMode, int> Runs
    {
        get
        {
            var runs = new TheoryData<MiningMode, int>();
            foreach (MiningMode mode in Enum.GetValues<MiningMode>())
            {
                for (int seed = 1; seed <= 6; seed++)
                    runs.Add(mode, seed);
            }

            return runs;
        }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void Miners_never_stop_and_nothing_is_sent_twice(MiningMode mode, int seed)
    {
        var world = new World(mode, seed);
        for (int i = 0; i < Events; i++)
        {
            string step = world.Step();
            try
            {
                world.Check();
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}, event {i}: {step}", e);
            }
        }

        CoreCounters counters = world.Harness.Snapshot().Counters;
        bool wasPooled = counters is { SharesSent: > 100, SourceChanges: > 10, JobsAcknowledged: > 10 };
        Assert.True(mode == MiningMode.SoloMining || wasPooled, counters.ToString());
        Assert.True(counters.BlocksFound > 5, counters.ToString());

        // The faults end: the best pool is mined for.
        world.Heal();
        world.Check();
    }

    [Fact]
    public void The_same_seed_gives_the_same_run()
    {
        string First(int seed)
        {
            var world = new World(MiningMode.FullTemplate, seed);
            for (int i = 0; i < 300; i++)
                world.Step();
            return string.Join('\n', world.Harness.All.Select(static effect => effect.GetType().Name + effect switch
            {
                Effect.Reported reported => reported.Report.GetType().Name,
                Effect.OnLink message => message.Message.GetType().Name,
                Effect.ToMiner message => message.Message.GetType().Name,
                _ => string.Empty,
            }));
        }

        Gen.Int[1, 1000].Sample(seed => First(seed) == First(seed), iter: 5, seed: "0000KOIr0Vg1");
    }
}
