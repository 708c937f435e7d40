using JdClient.Core.Tests.Harness;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;
using Xunit;

namespace JdClient.Core.Tests.Declaration;

/// <summary>The pool wants other outputs while a job that pays the former ones is on its way.</summary>
public sealed class OutputsOnTheWayTests
{
    private static readonly byte[] Others = [.. FakePool.Outputs[..^1], 0x78];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_job_that_is_out_keeps_its_outputs_and_its_shares_and_the_next_one_pays_the_new_ones(bool declared)
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool(refill: false);
        harness.Provider.Template(2, future: false);
        harness.Provider.Transactions(2);
        miner.Mine();
        if (declared)
            pool.AcknowledgeDeclaration();
        pool.GiveTokens(pool.UnansweredTokens, Others);
        if (!declared)
            pool.AcknowledgeDeclaration();
        SetCustomMiningJob custom = pool.Sent<SetCustomMiningJob>()[^1];
        Assert.True(custom.CoinbaseTxOutputs.Span.IndexOf(FakePool.Outputs.AsSpan(10)) > 0);
        uint job = pool.AcknowledgeJob();
        Assert.Equal(job, Assert.Single(pool.Got<SubmitSharesExtended>()).JobId);

        // The token that came with the new outputs.
        harness.Provider.Template(3, future: false);
        harness.Provider.Transactions(3);
        DeclareMiningJob next = pool.Sent<DeclareMiningJob>()[^1];
        Assert.True(next.CoinbaseTxSuffix.Span.IndexOf(Others.AsSpan(10)) > 0);
        Assert.True(miner.Channel.Jobs[miner.Channel.ActiveJob!.Value] is NewExtendedMiningJob work
            && work.CoinbaseTxSuffix.Span.IndexOf(Others.AsSpan(10)) > 0);
    }
}
