using JdClient.Core.Tests.Harness;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;
using Xunit;

namespace JdClient.Core.Tests.Upstream;

/// <summary>A pool changes the extranonce prefix of our channel.</summary>
public sealed class ExtranoncePrefixTests
{
    [Fact]
    public void A_new_prefix_makes_new_jobs_and_old_ones_keep_theirs()
    {
        var harness = new CoreHarness();
        harness.Provider.Begin();
        FakeMiner miner = harness.Miner();
        MinerView channel = miner.OpenExtended()!;
        FakePool pool = harness.Pool();
        uint oldUpstream = pool.TakeWork(1);
        uint old = channel.ActiveJob!.Value;
        pool.GiveTokens(pool.UnansweredTokens);

        pool.Send(new SetExtranoncePrefix(40, new byte[] { 1, 2, 3, 4, 5 }));
        NewExtendedMiningJob fresh = Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner));
        Assert.Equal(1, fresh.CoinbaseTxPrefix.Span.IndexOf((byte[])[1, 2, 3, 4, 5, 0]) > 0 ? 1 : 0);
        Assert.Single(pool.Got<DeclareMiningJob>());
        miner.Mine(jobId: old);
        Assert.Equal(oldUpstream, Assert.Single(pool.Got<SubmitSharesExtended>()).JobId);
        miner.Mine();
        Assert.Empty(pool.Got<SubmitSharesExtended>());
        pool.AcknowledgeDeclaration();
        uint freshUpstream = pool.AcknowledgeJob();
        Assert.Equal(freshUpstream, Assert.Single(pool.Got<SubmitSharesExtended>()).JobId);
    }

    [Fact]
    public void A_prefix_change_while_a_custom_job_is_out_redoes_that_job()
    {
        // The answer that comes after the change is for the new prefix: what miners have of the old one is worthless.
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool();
        harness.Provider.Template(2, future: false);
        harness.Provider.Transactions(2);
        pool.AcknowledgeDeclaration();
        miner.Mine();
        int before = pool.Sent<SetCustomMiningJob>().Count;
        pool.GiveTokens(pool.UnansweredTokens);
        pool.Send(new SetExtranoncePrefix(40, new byte[] { 1, 1, 1, 1 }));
        Assert.Contains(
            harness.Reports,
            static report => report is CoreReport.SharesDropped { Count: 1, Cause: ShareDropCause.JobRefused });
        pool.AcknowledgeJob(before - 1);
        Assert.Empty(pool.Got<SubmitSharesExtended>());
        Assert.Empty(harness.Reports.OfType<CoreReport.StrayMessage>());
        miner.Mine();
        pool.AcknowledgeDeclaration();
        uint job = pool.AcknowledgeJob();
        Assert.Equal(job, Assert.Single(pool.Got<SubmitSharesExtended>()).JobId);
    }

    [Fact]
    public void A_prefix_that_leaves_no_room_makes_the_upstream_unfit()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithChannel();
        harness.Pool().TakeWork(1);
        harness.Pool().Send(new SetExtranoncePrefix(40, new byte[17]));
        Assert.Contains(harness.Reports, static report => report is CoreReport.WorkSourceChanged { To.UpstreamId: null });
        Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner));
    }
}
