using Bitcoin;
using JdClient.Core.Tests.Harness;
using Sv2.Protocol.Mining;
using Xunit;

namespace JdClient.Core.Tests.Downstream;

/// <summary>Targets follow what channels deliver.</summary>
public sealed class VardiffTests
{
    private const double SharesPerMinute = 6;
    private const double TrueHashRate = 300;

    [Fact]
    public void Vardiff_follows_a_channel_that_is_much_faster_than_it_said()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithMiner(static options => options with { SharesPerMinute = 60 });
        U256 before = miner.OpenExtended(hashRate: 1)!.Target;
        for (int i = 0; i < 200; i++)
        {
            miner.Mine();
            harness.PassSeconds(0.1);
        }

        Assert.True(miner.Channel.Target < before);
    }

    [Fact]
    public void No_event_visits_more_channels_for_vardiff_than_a_slice_and_none_is_left_out()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithMiner();
        for (int i = 0; i < 1500; i++)
            miner.OpenExtended(hashRate: 1e9f);

        // Nobody sends a share, so every target becomes easier.
        int most = 0;
        var changed = new HashSet<uint>();
        for (int i = 0; i < 100 && changed.Count < 1500; i++)
        {
            harness.NextWakeUp();
            uint[] now = [.. harness.ToMiner<SetTarget>(miner).Select(static target => target.ChannelId)];
            most = Math.Max(most, now.Length);
            changed.UnionWith(now);
        }

        Assert.Equal(1024, most);
        Assert.Equal(1500, changed.Count);
    }

    // The whole core with a miner whose shares come as chance has it, and templates only every ten minutes.
    [Theory]
    [InlineData(0.001, 1)]
    [InlineData(0.001, 2)]
    [InlineData(0.1, 3)]
    [InlineData(1, 4)]
    [InlineData(10, 5)]
    [InlineData(1000, 6)]
    [InlineData(1000, 7)]
    [InlineData(1_000_000, 8)]
    public void A_channel_reaches_its_share_rate_within_two_minutes_of_a_wrong_start(double wrongBy, int seed)
    {
        var random = new Random(seed);
        var harness = new CoreHarness(
            MiningMode.SoloMining, configure: static options => options with { SharesPerMinute = (float)SharesPerMinute });
        harness.Provider.Begin();
        FakeMiner miner = harness.Miner(standardJobs: seed % 2 == 0);
        MinerView channel = (seed % 2 == 0
            ? miner.OpenStandard((float)(TrueHashRate * wrongBy))
            : miner.OpenExtended(hashRate: (float)(TrueHashRate * wrongBy)))!;
        harness.ShareTime = TimeSpan.Zero;
        DateTimeOffset start = harness.Now;
        DateTimeOffset wrongUntil = start;
        int early = 0;
        int late = 0;
        while (harness.Now < start + TimeSpan.FromMinutes(20))
        {
            if (harness.Now > start + TimeSpan.FromMinutes(10) && channel.PrevHash!.PrevHash == CoreHarness.Hash(1))
                harness.Provider.NewBlock(2, 2);
            double secondsPerShare = HashRate.HashesPerShare(channel.JobTargets[channel.ActiveJob!.Value]) / TrueHashRate;
            if (secondsPerShare / (60 / SharesPerMinute) is < 0.4 or > 2.5)
                wrongUntil = harness.Now;

            // What has no memory can be drawn anew at each step, so that a new job counts at once.
            double wait = -Math.Log(1 - random.NextDouble()) * secondsPerShare;
            harness.PassSeconds(Math.Min(wait, 0.5));
            if (wait > 0.5)
                continue;
            miner.Mine(channel);
            Assert.Empty(harness.ToMiner<SubmitSharesError>(miner));
            if (harness.Now < start + TimeSpan.FromMinutes(2))
                early++;
            else
                late++;
        }

        Assert.True(wrongUntil - start < TimeSpan.FromMinutes(2), $"the right target came after {wrongUntil - start}");
        Assert.True(early < 150, $"{early} shares in the first two minutes");
        Assert.InRange(late / 18.0, SharesPerMinute * 0.6, SharesPerMinute * 1.6);
    }
}
