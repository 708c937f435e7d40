using JdClient.Core.Tests.Harness;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;
using Xunit;

namespace JdClient.Core.Tests.Declaration;

/// <summary>What follows from a declaration or custom job that the pool refuses.</summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData("busy")]
    [InlineData("rate-limited")]
    [InlineData("stale-chain-tip")]
    public void A_refusal_that_passes_is_asked_again_later(string code)
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool();
        harness.Provider.Template(2, future: false);
        harness.Provider.Transactions(2);
        miner.Mine();
        pool.RefuseDeclaration(code);
        Assert.Equal(RefusalDecision.RetryLater, Assert.Single(harness.Reports.OfType<CoreReport.DeclarationRefused>()).Decision);
        Assert.Empty(pool.Got<DeclareMiningJob>());
        pool.GiveTokens(pool.UnansweredTokens);
        harness.PassSeconds(1);
        Assert.Single(pool.Got<DeclareMiningJob>());
        pool.AcknowledgeDeclaration();
        pool.RefuseJob(code);
        pool.GiveTokens(pool.UnansweredTokens);
        harness.PassSeconds(2);
        pool.AcknowledgeDeclaration();
        pool.AcknowledgeJob();
        Assert.Single(pool.Got<SubmitSharesExtended>());
    }

    [Fact]
    public void A_pool_on_another_tip_is_waited_for_but_not_without_end()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool();
        CallEverythingStale(harness, pool);

        // What miners found for it would be worth nothing: solo, and the pool is tried again like any that refuses.
        UpstreamSnapshot left = harness.Snapshot().Upstreams[0];
        Assert.Equal(UpstreamHealth.Refuses, left.Health);
        Assert.Null(miner.ClosedBecause);
        harness.PassSeconds(20);
        harness.Pool().TakeWork(2);
        Assert.Equal(0, harness.Snapshot().Source.UpstreamId);
    }

    [Fact]
    public void A_pool_that_calls_everything_stale_is_left_where_there_is_another()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool(upstreams: 2);
        CallEverythingStale(harness, pool);
        Assert.Contains(harness.All, static effect => effect is Effect.Connect { Role: LinkRole.Pool, Peer: 1 });
        Assert.Null(miner.ClosedBecause);
    }

    [Fact]
    public void A_bad_token_is_replaced_at_once_but_not_for_ever()
    {
        (CoreHarness harness, _, FakePool pool) = Start.WithPool();
        harness.Provider.Template(2, future: false);
        harness.Provider.Transactions(2);
        for (int i = 0; i < 8; i++)
        {
            pool.RefuseDeclaration("invalid-mining-job-token");
            Assert.Single(pool.Got<DeclareMiningJob>());
            pool.GiveTokens(pool.UnansweredTokens);
        }

        pool.RefuseDeclaration("invalid-mining-job-token");
        Assert.Null(harness.Snapshot().Source.UpstreamId);
        Assert.Equal(UpstreamHealth.Refuses, harness.Snapshot().Upstreams[0].Health);
    }

    [Theory]
    [InlineData(true, "invalid-job")]
    [InlineData(true, "missing-txs")]
    [InlineData(false, "invalid-coinbase-tx-outputs")]
    [InlineData(false, "jd-not-supported")]
    public void Another_refusal_means_solo_work_at_once(bool declaration, string code)
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool();
        harness.Provider.Template(2, future: false);
        harness.Provider.Transactions(2);
        if (declaration)
        {
            pool.RefuseDeclaration(code);
        }
        else
        {
            pool.AcknowledgeDeclaration();
            pool.RefuseJob(code);
        }

        Assert.NotNull(Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner)).MinNTime);
        CoreSnapshot snapshot = harness.Snapshot();
        Assert.Null(snapshot.Source.UpstreamId);
        Assert.Contains(code, snapshot.SourceReason, StringComparison.Ordinal);
        Assert.Equal(UpstreamHealth.Refuses, snapshot.Upstreams[0].Health);
    }

    [Fact]
    public void Refusals_for_an_old_tip_are_nobodys_fault_whatever_the_code()
    {
        (CoreHarness harness, _, FakePool pool) = Start.WithPool();
        harness.Provider.Template(2, future: false);
        harness.Provider.Transactions(2);
        harness.Provider.NewBlock(3, 2);
        pool.SendAsDeclarator(new DeclareMiningJobError(pool.Sent<DeclareMiningJob>()[1].RequestId, "invalid-job", default));
        Assert.Equal(RefusalDecision.DropStale, Assert.Single(harness.Reports.OfType<CoreReport.DeclarationRefused>()).Decision);
        Assert.Equal(0, harness.Snapshot().Source.UpstreamId);
    }

    [Fact]
    public void Tip_races_are_counted_and_cost_nothing()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool();
        harness.Provider.Template(2, future: false);
        harness.Provider.Transactions(2);
        pool.GiveTokens(pool.UnansweredTokens);

        // Our node is ahead: the pool's does not know the tip yet. Then its answer is overtaken by the next tip.
        harness.Provider.NewBlock(3, 3);
        harness.Provider.Transactions(3);
        pool.AcknowledgeDeclaration(1);
        pool.RefuseDeclaration("stale-chain-tip");
        pool.GiveTokens(pool.UnansweredTokens);
        harness.PassSeconds(1);
        pool.AcknowledgeDeclaration();
        pool.AcknowledgeJob();
        CoreSnapshot snapshot = harness.Snapshot();
        Assert.Equal((1, 1, 0), (snapshot.Counters.JobsCalledStale, snapshot.Counters.LateAnswers, snapshot.Counters.JobsRefused));
        Assert.Equal((0, 0), (snapshot.Upstreams[0].Failures, snapshot.Source.UpstreamId));
        miner.Mine();
        Assert.Single(pool.Got<SubmitSharesExtended>());
    }

    // Until the pool is left for it, which takes between five and six minutes.
    private static void CallEverythingStale(CoreHarness harness, FakePool pool)
    {
        harness.Provider.Template(2, future: false);
        harness.Provider.Transactions(2);
        DateTimeOffset start = harness.Now;
        while (harness.Snapshot().Source.UpstreamId == 0)
        {
            pool.RefuseDeclaration("stale-chain-tip");
            pool.GiveTokens(pool.UnansweredTokens);
            harness.PassSeconds(13);
            Assert.True(harness.Now - start < TimeSpan.FromMinutes(6));
        }

        Assert.True(harness.Now - start > TimeSpan.FromMinutes(5));
    }
}
