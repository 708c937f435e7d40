using Bitcoin;
using JdClient.Core.Tests.Harness;
using Sv2.Protocol;
using Sv2.Protocol.Mining;
using Xunit;

namespace JdClient.Core.Tests.Downstream;

/// <summary>A target acts on later jobs only; so that it acts soon, work is given again (spec 05, SetTarget).</summary>
public sealed class ReissueTests
{
    [Fact]
    public void Work_is_given_again_to_the_channel_whose_target_became_easier_or_much_harder()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool(configure: Start.WithoutVardiff);
        MinerView second = miner.OpenExtended(hashRate: 100)!;
        FakeMiner other = harness.Miner();
        other.OpenExtended();
        uint before = second.ActiveJob!.Value;

        miner.Send(new UpdateChannel(second.Id, 100_000, U256.MaxValue));
        Assert.Empty(harness.ToMiner<NewExtendedMiningJob>(miner));
        harness.PassSeconds(0.25);
        NewExtendedMiningJob job = Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner));
        Assert.Equal(second.Id, job.ChannelId);
        Assert.Equal((uint)harness.Now.ToUnixTimeSeconds(), job.MinNTime);
        Assert.Empty(harness.ToMiner<Sv2Message>(other));

        // Old and new job count, each with its target, and the pool has one job for both.
        miner.Mine(second);
        Assert.Equal(501u, Assert.Single(pool.Got<SubmitSharesExtended>()).JobId);
        miner.Mine(second, jobId: before);
        Assert.Equal(501u, Assert.Single(pool.Got<SubmitSharesExtended>()).JobId);

        // Easier counts at once, a little harder not; and one round does not follow another for a while.
        miner.Send(new UpdateChannel(second.Id, 90_000, U256.MaxValue));
        harness.PassSeconds(4);
        Assert.Empty(harness.ToMiner<NewExtendedMiningJob>(miner));
        harness.PassSeconds(1);
        Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner));
        miner.Send(new UpdateChannel(second.Id, 100_000, U256.MaxValue));
        harness.PassSeconds(10);
        Assert.Empty(harness.ToMiner<NewExtendedMiningJob>(miner));

        // Small steps add up.
        miner.Send(new UpdateChannel(second.Id, 140_000, U256.MaxValue));
        harness.PassSeconds(10);
        Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner));
    }

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

    [Fact]
    public void Many_changes_of_one_channels_target_do_not_make_the_others_jobs_unknown()
    {
        var harness = new CoreHarness(MiningMode.SoloMining);
        harness.Provider.Begin();
        FakeMiner restless = harness.Miner();
        restless.OpenExtended();
        FakeMiner calm = harness.Miner();
        calm.OpenExtended();
        for (int i = 0; i < 600; i++)
        {
            restless.Send(new UpdateChannel(2, i % 2 == 0 ? 1000 : 1, U256.MaxValue));
            harness.PassSeconds(5.1);
        }

        calm.Mine();
        Assert.Single(harness.ToMiner<SubmitSharesSuccess>(calm));
    }
}
