using JdClient.Core.Tests.Harness;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;
using Xunit;

namespace JdClient.Core.Tests.Declaration;

/// <summary>What a token is used for, and the outputs that come with it.</summary>
public sealed class TokenTests
{
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
    public void Other_outputs_of_a_later_token_make_another_job()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool(refill: false);
        harness.Provider.Template(2, future: false);
        harness.Provider.Transactions(2);
        pool.GiveToken(FakePool.OtherOutputs);
        Assert.Single(harness.Reports.OfType<CoreReport.PoolOutputsChanged>());
        harness.Provider.Template(3, future: false);
        NewExtendedMiningJob job = Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner));
        Assert.True(job.CoinbaseTxSuffix.Span.IndexOf(FakePool.OtherOutputs.AsSpan(10)) > 0);
        harness.Provider.Transactions(3);
        DeclareMiningJob declared = Assert.Single(pool.Got<DeclareMiningJob>());
        Assert.True(declared.CoinbaseTxSuffix.Span.IndexOf(FakePool.OtherOutputs.AsSpan(10)) > 0);
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
        pool.GiveToken(FakePool.OtherOutputs);
        NewExtendedMiningJob job = Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner));
        Assert.True(job.CoinbaseTxSuffix.Span.IndexOf(FakePool.OtherOutputs.AsSpan(10)) > 0);
        Assert.True(Assert.Single(pool.Got<DeclareMiningJob>()).CoinbaseTxSuffix.Span.IndexOf(FakePool.OtherOutputs.AsSpan(10)) > 0);
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
        pool.GiveToken(FakePool.OtherOutputs);
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
}
