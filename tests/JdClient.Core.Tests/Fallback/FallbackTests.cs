using JdClient.Core.Tests.Harness;
using Sv2.Protocol.Mining;
using Xunit;

namespace JdClient.Core.Tests.Fallback;

/// <summary>What is mined when a source of work is lost or late.</summary>
public sealed class FallbackTests
{
    [Fact]
    public void A_dead_job_declarator_takes_the_pool_with_it()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool();
        pool.LoseDeclarator();
        Assert.Equal(pool.Link, Assert.Single(harness.Last.OfType<Effect.CloseLink>()).Link);
        Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner));
    }

    [Fact]
    public void Shares_of_the_lost_pools_jobs_are_credited_and_counted_as_lost()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool();
        uint old = miner.Channel.ActiveJob!.Value;
        pool.Lose();
        miner.Mine(jobId: old);
        Assert.Single(harness.ToMiner<SubmitSharesSuccess>(miner));
        Assert.Contains(harness.Reports, static report => report is CoreReport.SharesDropped { Cause: ShareDropCause.UpstreamLeft });
    }

    [Fact]
    public void Future_work_given_before_a_switch_is_given_again_for_the_new_source()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool();
        harness.Provider.Template(2, future: true);
        pool.Lose();
        NewExtendedMiningJob[] jobs = [.. harness.ToMiner<NewExtendedMiningJob>(miner)];
        Assert.Equal([false, true], jobs.Select(static job => job.MinNTime is null));
        harness.Provider.Tip(2, 2);
        var active = (NewExtendedMiningJob)miner.Channel.Jobs[miner.Channel.ActiveJob!.Value];
        Assert.Equal(jobs[1].JobId, active.JobId);
        Assert.True(active.CoinbaseTxSuffix.Span.IndexOf(CoreHarness.SoloScript) > 0);
    }

    [Fact]
    public void A_lost_provider_does_not_cost_the_pool()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool();
        harness.Provider.Template(2, future: false);
        harness.Provider.Lose();
        miner.Mine();
        harness.PassSeconds(1);
        harness.Provider.Connect();
        harness.Provider.NewBlock(1, 1);
        Assert.Equal(0, harness.Snapshot().Source.UpstreamId);
        harness.Provider.Transactions(1);
        pool.AcknowledgeDeclaration();
        pool.AcknowledgeJob();
        miner.Mine();
        Assert.Single(pool.Got<SubmitSharesExtended>());
    }

    [Fact]
    public void A_first_pool_that_takes_long_to_connect_keeps_the_second_waiting_for_its_head_start_only()
    {
        (CoreHarness harness, _) = Start.WithChannel(upstreams: 2);
        harness.PassSeconds(2.9);
        Assert.DoesNotContain(harness.All, static effect => effect is Effect.Connect { Role: LinkRole.Pool, Peer: 1 });
        harness.PassSeconds(0.2);
        harness.Pool(1).TakeWork(1);
        Assert.Equal(1, harness.Snapshot().Source.UpstreamId);
        Assert.Equal(0, Assert.Single(harness.Reports.OfType<CoreReport.UpstreamSkipped>()).UpstreamId);
    }
}
