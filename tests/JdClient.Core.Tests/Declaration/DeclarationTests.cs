using JdClient.Core.Tests.Harness;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;
using Xunit;

namespace JdClient.Core.Tests.Declaration;

/// <summary>A job on its way to the pool: declared, acknowledged, its shares sent.</summary>
public sealed class DeclarationTests
{
    [Fact]
    public void Optimistic_shares_go_out_in_order_with_the_right_job()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool();
        harness.Provider.Template(2, future: false);
        Assert.NotNull(Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner)).MinNTime);
        var nonces = new List<uint>();
        for (int i = 0; i < 5; i++)
        {
            miner.Mine(change: share =>
            {
                nonces.Add(share.Nonce);
                return share;
            });
            Assert.Empty(pool.Got<SubmitSharesExtended>());
            Assert.Single(harness.ToMiner<SubmitSharesSuccess>(miner));
        }

        harness.Provider.Transactions(2);
        pool.AcknowledgeDeclaration();
        uint job = pool.AcknowledgeJob();
        SubmitSharesExtended[] shares = [.. pool.Got<SubmitSharesExtended>()];
        Assert.Equal(nonces, shares.Select(static share => share.Nonce));
        Assert.All(shares, share => Assert.Equal(job, share.JobId));
        Assert.Equal(5, Assert.Single(harness.Reports.OfType<CoreReport.CustomJobAcknowledged>()).CachedShares);
    }

    [Fact]
    public void Shares_of_the_job_before_still_go_out_meanwhile()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool();
        uint before = miner.Channel.ActiveJob!.Value;
        harness.Provider.Template(2, future: false);
        miner.Mine(jobId: before);
        Assert.Equal(501u, Assert.Single(pool.Got<SubmitSharesExtended>()).JobId);
    }

    [Fact]
    public void A_late_success_for_the_old_tip_leads_nowhere()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool();
        harness.Provider.Template(2, future: false);
        harness.Provider.Transactions(2);
        miner.Mine();
        harness.Provider.NewBlock(3, 2);
        Assert.Contains(
            harness.Reports,
            static report => report is CoreReport.SharesDropped { Count: 1, Cause: ShareDropCause.TipChanged });
        pool.AcknowledgeDeclaration(1);
        Assert.Empty(pool.Got<SetCustomMiningJob>());
        Assert.Empty(harness.Reports.OfType<CoreReport.StrayMessage>());

        // Nor does the answer to a custom job.
        harness.Provider.Transactions(3);
        pool.AcknowledgeDeclaration(2);
        miner.Mine();
        harness.Provider.NewBlock(4, 3);
        pool.AcknowledgeJob();
        Assert.Empty(pool.Got<SubmitSharesExtended>());
        Assert.Equal(0, harness.Snapshot().Source.UpstreamId);
        pool.GiveTokens(pool.UnansweredTokens);
        harness.Provider.Transactions(4);
        pool.AcknowledgeDeclaration();
        pool.AcknowledgeJob();
        miner.Mine();
        Assert.Single(pool.Got<SubmitSharesExtended>());
    }

    [Fact]
    public void Answers_in_reverse_order_find_their_jobs()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool();
        harness.Provider.Template(2, future: false);
        harness.Provider.Transactions(2);
        miner.Mine();
        harness.Provider.Template(3, future: false);
        harness.Provider.Transactions(3);
        miner.Mine();
        pool.AcknowledgeDeclaration(2);
        pool.AcknowledgeDeclaration(1);
        uint third = pool.AcknowledgeJob(1);
        Assert.Equal(third, Assert.Single(pool.Got<SubmitSharesExtended>()).JobId);
        uint second = pool.AcknowledgeJob(2);
        Assert.Equal(second, Assert.Single(pool.Got<SubmitSharesExtended>()).JobId);
        Assert.NotEqual(second, third);
        Assert.Equal([3, 2], pool.Sent<SetCustomMiningJob>().Skip(1).Select(static job => (int)job.CoinbasePrefix.Span[1]));
    }

    [Fact]
    public void A_burst_of_templates_keeps_what_is_out_within_its_bound()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool();
        for (ulong id = 2; id < 200; id++)
        {
            harness.Provider.Template(id, future: false);
            harness.Provider.Transactions(id);
            pool.GiveTokens(pool.UnansweredTokens);
        }

        Assert.Equal(5, pool.Sent<DeclareMiningJob>().Count);
        pool.AcknowledgeDeclaration(1);
        pool.AcknowledgeJob();
        Assert.Equal(199, Assert.Single(pool.Got<DeclareMiningJob>()).CoinbaseTxPrefix.Span[45]);
        pool.AcknowledgeDeclaration();
        miner.Mine();
        pool.AcknowledgeJob();
        Assert.Single(pool.Got<SubmitSharesExtended>());
    }
}
