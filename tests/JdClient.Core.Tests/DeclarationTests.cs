using JdClient.Core.Tests.Harness;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;
using Sv2.Protocol.TemplateDistribution;
using Xunit;

namespace JdClient.Core.Tests;

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
    public void A_template_without_a_token_waits_for_one()
    {
        // reference-behaviour 10.1, 11: there the template is never declared.
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool(refill: false);
        harness.Provider.Template(2, future: false);
        harness.Provider.Transactions(2);
        harness.Provider.Template(3, future: false);
        harness.Provider.Transactions(3);
        Assert.Equal(2, pool.Sent<DeclareMiningJob>().Count);
        Assert.Contains(harness.Reports, static report => report is CoreReport.TokenAwaited { TemplateId: 3 });
        miner.Mine();
        pool.GiveToken();
        Assert.Single(pool.Got<DeclareMiningJob>());
        pool.AcknowledgeDeclaration();
        pool.AcknowledgeJob();
        Assert.Single(pool.Got<SubmitSharesExtended>());
    }

    [Fact]
    public void Tokens_are_bound_when_the_declaration_is_sent()
    {
        // reference-behaviour 10.1, 12a: there future templates and ones without transactions eat tokens.
        (CoreHarness harness, _, FakePool pool) = Start.WithPool();
        for (ulong id = 2; id < 6; id++)
            harness.Provider.Template(id, future: true);
        Assert.Single(pool.Sent<DeclareMiningJob>());
        harness.Provider.Transactions(3);
        Assert.Single(pool.Sent<DeclareMiningJob>());
        harness.Provider.Tip(3, 2);
        DeclareMiningJob declared = Assert.Single(pool.Got<DeclareMiningJob>());
        Assert.Equal(3, declared.CoinbaseTxPrefix.Span[45]);
    }

    [Fact]
    public void The_newest_of_waiting_templates_is_declared_first()
    {
        (CoreHarness harness, _, FakePool pool) = Start.WithPool(refill: false);
        harness.Provider.Template(2, future: false);
        harness.Provider.Template(3, future: false);
        harness.Provider.Template(4, future: false);
        harness.Provider.Transactions(2);
        harness.Provider.Transactions(3);
        harness.Provider.Transactions(4);
        pool.GiveToken();
        Assert.Equal(4, Assert.Single(pool.Got<DeclareMiningJob>()).CoinbaseTxPrefix.Span[45]);
        pool.GiveToken();
        Assert.Equal(3, Assert.Single(pool.Got<DeclareMiningJob>()).CoinbaseTxPrefix.Span[45]);
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
        Assert.Equal(0, harness.Core.Snapshot(harness.Now).Source.UpstreamId);
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
    public void Missing_transactions_are_sent_in_the_order_asked()
    {
        (CoreHarness harness, _, FakePool pool) = Start.WithPool();
        harness.Provider.Template(2, future: false);
        harness.Provider.Transactions(2, count: 10);
        uint request = pool.Sent<DeclareMiningJob>()[^1].RequestId;
        pool.SendAsDeclarator(new ProvideMissingTransactions(request, [7, 0, 9]));
        ProvideMissingTransactionsSuccess answer = Assert.Single(pool.Got<ProvideMissingTransactionsSuccess>());
        Assert.Equal(request, answer.RequestId);
        Assert.Equal([7, 0, 9], answer.TransactionList.Select(static transaction => (int)transaction.Span[1]));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(65_535)]
    public void A_position_that_is_not_there_is_a_violation(int position)
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool();
        harness.Provider.Template(2, future: false);
        harness.Provider.Transactions(2, count: 10);
        pool.SendAsDeclarator(new ProvideMissingTransactions(pool.Sent<DeclareMiningJob>()[^1].RequestId, [0, (ushort)position]));
        Assert.Single(harness.Reports.OfType<CoreReport.PeerViolation>());
        Assert.Empty(pool.Got<ProvideMissingTransactionsSuccess>());
        Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner));
    }

    [Fact]
    public void More_transactions_than_a_frame_holds_are_a_violation()
    {
        (CoreHarness harness, _, FakePool pool) = Start.WithPool();
        harness.Provider.Template(2, future: false);
        harness.Provider.Send(new RequestTransactionDataSuccess(2, default, [new byte[400_000]]));
        pool.SendAsDeclarator(new ProvideMissingTransactions(pool.Sent<DeclareMiningJob>()[^1].RequestId, [.. new ushort[42]]));
        Assert.Single(harness.Reports.OfType<CoreReport.PeerViolation>());
        Assert.Empty(pool.Got<ProvideMissingTransactionsSuccess>());
    }

    [Fact]
    public void Transactions_that_are_refused_end_that_declaration_only()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool();
        harness.Provider.Template(2, future: false);
        miner.Mine();
        harness.Provider.RefuseTransactions(2, "stale-template-id");
        Assert.Contains(
            harness.Reports,
            static report => report is CoreReport.SharesDropped { Count: 1, Cause: ShareDropCause.JobRefused });
        harness.Provider.Transactions(2);
        Assert.Empty(pool.Got<DeclareMiningJob>());
        harness.Provider.Template(3, future: false);
        pool.GiveTokens(pool.UnansweredTokens);
        harness.Provider.Transactions(3);
        Assert.Single(pool.Got<DeclareMiningJob>());
        Assert.Equal(0, harness.Core.Snapshot(harness.Now).Source.UpstreamId);
    }

    [Fact]
    public void A_late_refusal_of_transactions_is_not_the_answer_to_a_second_request()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool();
        harness.Provider.Template(2, future: false);
        harness.PassSeconds(16);
        harness.Provider.Tip(2, 1);
        Assert.Single(harness.Provider.Got<RequestTransactionData>());
        miner.Mine();
        harness.Provider.RefuseTransactions(2, "stale-template-id");
        harness.Provider.Transactions(2);
        Assert.Single(pool.Got<DeclareMiningJob>());
        pool.AcknowledgeDeclaration();
        pool.AcknowledgeJob();
        Assert.Single(pool.Got<SubmitSharesExtended>());
    }

    [Fact]
    public void Transactions_that_come_after_their_deadline_are_declared_when_the_template_is_mined_again()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool();
        harness.Provider.Template(2, future: false);
        harness.PassSeconds(16);
        harness.Provider.Transactions(2);
        harness.Provider.Tip(2, 1);
        Assert.Empty(harness.Provider.Got<RequestTransactionData>());
        Assert.Single(pool.Got<DeclareMiningJob>());
        miner.Mine();
        pool.AcknowledgeDeclaration();
        pool.AcknowledgeJob();
        Assert.Single(pool.Got<SubmitSharesExtended>());

        // An answer that is due no more.
        harness.Provider.Transactions(2);
        Assert.Single(harness.Reports.OfType<CoreReport.StrayMessage>());
    }

    [Fact]
    public void A_late_refusal_of_transactions_is_not_counted_for_the_next_request()
    {
        (CoreHarness harness, FakeMiner miner, _) = Start.WithPool();
        harness.Provider.Template(2, future: false);
        harness.PassSeconds(16);
        harness.Provider.RefuseTransactions(2, "stale-template-id");
        harness.Provider.Tip(2, 1);
        miner.Mine();
        harness.Provider.RefuseTransactions(2, "stale-template-id");
        Assert.Contains(
            harness.Reports,
            static report => report is CoreReport.SharesDropped { Count: 1, Cause: ShareDropCause.JobRefused });
    }

    [Fact]
    public void A_second_refusal_of_transactions_is_the_answer_to_the_second_request()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool();
        harness.Provider.Template(2, future: false);
        harness.PassSeconds(16);
        harness.Provider.Tip(2, 1);
        miner.Mine();
        harness.Provider.RefuseTransactions(2, "stale-template-id");
        harness.Provider.RefuseTransactions(2, "stale-template-id");
        Assert.Contains(
            harness.Reports,
            static report => report is CoreReport.SharesDropped { Count: 1, Cause: ShareDropCause.JobRefused });
        harness.Provider.Transactions(2);
        Assert.Empty(pool.Got<DeclareMiningJob>());
    }

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
        harness.Provider.Template(2, future: false);
        harness.Provider.Transactions(2);
        DateTimeOffset start = harness.Now;
        while (harness.Core.Snapshot(harness.Now).Source.UpstreamId == 0)
        {
            pool.RefuseDeclaration("stale-chain-tip");
            pool.GiveTokens(pool.UnansweredTokens);
            harness.PassSeconds(13);
            Assert.True(harness.Now - start < TimeSpan.FromMinutes(6));
        }

        // What miners found for it would be worth nothing: solo, and the pool is tried again like any that refuses.
        Assert.True(harness.Now - start > TimeSpan.FromMinutes(5));
        UpstreamSnapshot left = harness.Core.Snapshot(harness.Now).Upstreams[0];
        Assert.Equal(UpstreamHealth.Refuses, left.Health);
        Assert.Null(miner.ClosedBecause);
        harness.PassSeconds(20);
        harness.Pool().TakeWork(2);
        Assert.Equal(0, harness.Core.Snapshot(harness.Now).Source.UpstreamId);
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
        Assert.Null(harness.Core.Snapshot(harness.Now).Source.UpstreamId);
        Assert.Equal(UpstreamHealth.Refuses, harness.Core.Snapshot(harness.Now).Upstreams[0].Health);
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
        CoreSnapshot snapshot = harness.Core.Snapshot(harness.Now);
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
        Assert.Equal(0, harness.Core.Snapshot(harness.Now).Source.UpstreamId);
    }

    [Fact]
    public void Other_outputs_of_a_later_token_make_another_job()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool(refill: false);
        harness.Provider.Template(2, future: false);
        harness.Provider.Transactions(2);
        byte[] others = (byte[])[.. FakePool.Outputs[..^1], 0x78];
        pool.GiveToken(others);
        Assert.Single(harness.Reports.OfType<CoreReport.PoolOutputsChanged>());
        harness.Provider.Template(3, future: false);
        NewExtendedMiningJob job = Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner));
        Assert.True(job.CoinbaseTxSuffix.Span.IndexOf(others.AsSpan(10)) > 0);
        harness.Provider.Transactions(3);
        DeclareMiningJob declared = Assert.Single(pool.Got<DeclareMiningJob>());
        Assert.True(declared.CoinbaseTxSuffix.Span.IndexOf(others.AsSpan(10)) > 0);
        Assert.Equal(3, declared.MiningJobToken.Span[0]);
    }

    [Fact]
    public void A_token_with_other_outputs_than_the_job_that_waits_replaces_that_job()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool(refill: false);
        harness.Provider.Template(2, future: false);
        harness.Provider.Transactions(2);
        harness.Provider.Template(3, future: false);
        harness.Provider.Transactions(3);
        byte[] others = (byte[])[.. FakePool.Outputs[..^1], 0x78];
        pool.GiveToken(others);
        NewExtendedMiningJob job = Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner));
        Assert.True(job.CoinbaseTxSuffix.Span.IndexOf(others.AsSpan(10)) > 0);
        Assert.True(Assert.Single(pool.Got<DeclareMiningJob>()).CoinbaseTxSuffix.Span.IndexOf(others.AsSpan(10)) > 0);
        miner.Mine();
        pool.AcknowledgeDeclaration();
        pool.AcknowledgeJob();
        Assert.Single(pool.Got<SubmitSharesExtended>());
    }

    [Fact]
    public void Shares_wait_while_the_pool_wants_other_outputs_and_go_out_when_it_wants_theirs_again()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool(MiningMode.CoinbaseOnly, refill: false);
        harness.Provider.Template(2, future: false);
        harness.Provider.Template(3, future: false);
        uint first = miner.Channel.ActiveJob!.Value;
        miner.Mine();
        byte[] others = (byte[])[.. FakePool.Outputs[..^1], 0x78];
        pool.GiveToken(others);
        miner.Mine();
        pool.RefuseJob("invalid-mining-job-token");
        pool.GiveToken();
        SetCustomMiningJob custom = Assert.Single(pool.Got<SetCustomMiningJob>());
        Assert.True(custom.CoinbaseTxOutputs.Span.IndexOf(FakePool.Outputs.AsSpan(10)) > 0);
        Assert.NotEqual(first, miner.Channel.ActiveJob!.Value);
        miner.Mine(jobId: first);
        miner.Mine();
        uint acknowledged = pool.AcknowledgeJob();

        // Two of before and one of the job given again; the one that pays the other outputs is for nobody.
        SubmitSharesExtended[] shares = [.. pool.Got<SubmitSharesExtended>()];
        Assert.Equal(3, shares.Length);
        Assert.All(shares, share => Assert.Equal(acknowledged, share.JobId));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("0100")]
    public void A_token_without_usable_outputs_is_a_violation(string outputs)
    {
        // reference-behaviour 10.1, 12: an empty list takes the process down there.
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool(refill: false);
        pool.GiveToken(Convert.FromHexString(outputs));
        Assert.Single(harness.Reports.OfType<CoreReport.PeerViolation>());
        Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner));
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
