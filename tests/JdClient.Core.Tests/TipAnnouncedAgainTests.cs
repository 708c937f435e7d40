using JdClient.Core.Tests.Harness;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;
using Xunit;

namespace JdClient.Core.Tests;

/// <summary>A tip that miners are on is named again with another header time, for a template that the pool has acknowledged.</summary>
public sealed class TipAnnouncedAgainTests
{
    [Fact]
    public void Shares_for_it_reach_the_pool_under_the_job_that_it_knows()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool();
        uint before = miner.Channel.ActiveJob!.Value;
        miner.Mine();
        uint job = Assert.Single(pool.Got<SubmitSharesExtended>()).JobId;
        harness.PassSeconds(30);
        harness.Provider.Tip(1, 1);
        Assert.NotEqual(before, miner.Channel.ActiveJob);
        miner.Mine();
        Assert.Equal(job, Assert.Single(pool.Got<SubmitSharesExtended>()).JobId);
        Assert.Single(pool.Sent<DeclareMiningJob>());
    }

    [Fact]
    public void The_pool_is_not_told_a_later_time_than_that_of_shares_which_wait_for_its_answer()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool();
        harness.Provider.Template(2, future: false);
        harness.Provider.Transactions(2);
        miner.Mine();
        harness.PassSeconds(5);
        harness.Provider.Tip(2, 1);
        pool.AcknowledgeDeclaration();
        uint minNTime = pool.Sent<SetCustomMiningJob>()[^1].MinNTime;
        pool.AcknowledgeJob();
        Assert.InRange(Assert.Single(pool.Got<SubmitSharesExtended>()).NTime, minNTime, uint.MaxValue);
    }

    [Fact]
    public void Shares_reach_the_pool_when_miners_come_back_to_a_standbys_template_on_the_same_tip()
    {
        // The first provider comes back for a while and is lost once more before the standby has a newer template.
        var harness = new CoreHarness(configure: static options => options with { TemplateProviders = ["a", "b"] });
        var second = new FakeProvider(harness, 1);
        harness.Provider.Begin();
        harness.PassSeconds(1);
        second.Begin();
        FakeMiner miner = harness.Miner();
        miner.OpenExtended();
        FakePool pool = harness.Pool();
        pool.TakeWork(1);
        pool.GiveTokens(pool.UnansweredTokens);
        harness.Provider.Lose();
        second.Transactions(1);
        pool.AcknowledgeDeclaration();
        uint job = pool.AcknowledgeJob();
        harness.PassSeconds(5);
        harness.Provider.Begin();
        harness.PassSeconds(60);
        Assert.Equal(ProviderState.Active, harness.Core.Snapshot(harness.Now).Providers[0].State);
        harness.Provider.Lose();
        Assert.Equal(ProviderState.Active, harness.Core.Snapshot(harness.Now).Providers[1].State);
        miner.Mine();
        Assert.Equal(job, Assert.Single(pool.Got<SubmitSharesExtended>()).JobId);
    }
}
