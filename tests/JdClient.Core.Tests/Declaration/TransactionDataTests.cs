using JdClient.Core.Tests.Harness;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;
using Sv2.Protocol.TemplateDistribution;
using Xunit;

namespace JdClient.Core.Tests.Declaration;

/// <summary>The transactions of a template: asked of the provider, given to the declarator.</summary>
public sealed class TransactionDataTests
{
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
        Assert.Equal(0, harness.Snapshot().Source.UpstreamId);
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
}
