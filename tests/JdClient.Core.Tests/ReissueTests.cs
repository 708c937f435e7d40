using Bitcoin;
using JdClient.Core.Tests.Harness;
using Sv2.Protocol.Mining;
using Xunit;

namespace JdClient.Core.Tests;

/// <summary>A target acts on later jobs only; so that it acts soon, work is given again (spec 05, SetTarget).</summary>
public sealed class ReissueTests
{
    private const double SharesPerMinute = 6;
    private const double TrueHashRate = 300;

    [Fact]
    public void Shares_kept_for_work_that_was_given_again_go_out_with_its_acknowledgement()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool();
        harness.Provider.Template(2, future: false);
        uint original = miner.Channel.ActiveJob!.Value;
        miner.Mine();
        miner.Send(new UpdateChannel(miner.Channel.Id, 100_000, U256.MaxValue));
        harness.PassSeconds(1);
        Assert.NotEqual(original, miner.Channel.ActiveJob);
        miner.Mine();
        miner.Mine(jobId: original);
        Assert.Empty(pool.Got<SubmitSharesExtended>());

        uint job = pool.DeclareAndAcknowledge(2);
        Assert.Equal([job, job, job], pool.Got<SubmitSharesExtended>().Select(static share => share.JobId));
        miner.Mine();
        Assert.Equal(job, Assert.Single(pool.Got<SubmitSharesExtended>()).JobId);
    }

    [Fact]
    public void A_standard_channel_gets_a_standard_job_with_a_time_to_begin_at()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithMiner();
        MinerView standard = miner.OpenStandard()!;
        MinerView extended = miner.OpenExtended()!;
        uint before = extended.ActiveJob!.Value;
        harness.PassSeconds(100);
        miner.Send(new UpdateChannel(standard.Id, 100_000, U256.MaxValue));
        harness.PassSeconds(0.25);
        NewMiningJob job = Assert.Single(harness.ToMiner<NewMiningJob>(miner));
        Assert.Equal((standard.Id, (uint?)harness.Now.ToUnixTimeSeconds()), (job.ChannelId, job.MinNTime));
        miner.Mine(standard);
        Assert.Single(harness.ToMiner<SubmitSharesSuccess>(miner));

        // The other channel mines what it had, and its target is that of what it had.
        Assert.Equal(before, extended.ActiveJob);
        miner.Mine(extended);
        Assert.Single(harness.ToMiner<SubmitSharesSuccess>(miner));
    }

    [Fact]
    public void A_miner_that_does_not_follow_the_time_of_work_given_again_loses_nothing()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithMiner();
        uint tipTime = miner.OpenExtended()!.PrevHash!.MinNTime;
        harness.PassSeconds(100);
        miner.Send(new UpdateChannel(2, 100_000, U256.MaxValue));
        harness.PassSeconds(1);
        Assert.True(Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner)).MinNTime > tipTime);

        // Any hash is a share under the easiest target, so the time can be changed behind the search.
        miner.Channel.JobTargets[miner.Channel.ActiveJob!.Value] = U256.MaxValue;
        miner.Mine(change: share => share with { NTime = tipTime });
        Assert.DoesNotContain(harness.ToMiner<SubmitSharesError>(miner), static error => error.ErrorCode == "invalid-share");
    }

    [Fact]
    public void The_pools_job_keeps_its_target_when_its_work_is_given_again()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool();
        pool.Send(new SetTarget(pool.ChannelId, U256.From(1)));
        miner.Send(new UpdateChannel(miner.Channel.Id, 100_000, U256.MaxValue));
        harness.PassSeconds(1);
        miner.Mine();
        Assert.Single(pool.Got<SubmitSharesExtended>());
    }

    [Fact]
    public void A_new_template_makes_giving_work_again_needless()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithChannel(MiningMode.SoloMining, configure: Start.WithoutVardiff);
        miner.Send(new UpdateChannel(2, 100_000, U256.MaxValue));
        harness.Provider.Template(2, future: false);
        harness.PassSeconds(10);
        Assert.Empty(harness.ToMiner<NewExtendedMiningJob>(miner));
        miner.Mine();
        Assert.Single(harness.ToMiner<SubmitSharesSuccess>(miner));
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
