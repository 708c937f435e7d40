using Bitcoin;
using JdClient.Core.Tests.Harness;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;
using Sv2.Protocol.TemplateDistribution;
using Xunit;

namespace JdClient.Core.Tests;

/// <summary>Blocks of work that miners were given before the source changed: they are as good as any.</summary>
public sealed class BlocksOfFormerWorkTests
{
    [Fact]
    public void A_block_of_a_pool_that_was_lost_is_published_with_that_pools_coinbase()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool(bits: FakeProvider.EasyBits);
        uint job = miner.Channel.ActiveJob!.Value;
        pool.Lose();
        Assert.NotEqual(job, miner.Channel.ActiveJob);

        miner.Mine(block: true, jobId: job);
        SubmitSolution solution = Assert.Single(harness.Provider.Got<SubmitSolution>());
        Assert.True(Transaction.TryParse(solution.CoinbaseTx, out Transaction? coinbase, out _));
        Assert.Equal(FakePool.Outputs[10..], coinbase.Outputs[0].Script.Span.ToArray());
        Assert.Single(harness.Last.OfType<Effect.Save>());
        Assert.Single(harness.ToMiner<SubmitSharesSuccess>(miner));
        Assert.Empty(pool.Got<PushSolution>());
        Assert.Empty(pool.Got<SubmitSharesExtended>());
    }

    [Fact]
    public void A_block_of_a_pool_that_stands_by_now_goes_to_that_pool_and_its_declarator()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithChannel(upstreams: 2, standby: true, bits: FakeProvider.EasyBits);
        FakePool second = harness.Pool(1);
        second.ChannelId = 41;
        harness.PassSeconds(5);
        uint upstreamJob = second.TakeWork(1);
        Assert.Equal(1, harness.Core.Snapshot(harness.Now).Source.UpstreamId);
        uint job = miner.Channel.ActiveJob!.Value;

        FakePool first = harness.Pool();
        first.SetUp();
        first.GiveTokens();
        first.OpenChannel();
        harness.PassSeconds(31);
        first.AcknowledgeDeclaration();
        first.AcknowledgeJob();
        Assert.Equal(0, harness.Core.Snapshot(harness.Now).Source.UpstreamId);

        miner.Mine(block: true, jobId: job);
        Assert.Single(harness.Provider.Got<SubmitSolution>());
        Assert.Single(second.Got<PushSolution>());
        SubmitSharesExtended share = Assert.Single(second.Got<SubmitSharesExtended>());
        Assert.Equal((41u, upstreamJob), (share.ChannelId, share.JobId));
        Assert.Empty(first.Got<PushSolution>());
        Assert.Empty(first.Got<SubmitSharesExtended>());
    }

    [Fact]
    public void A_block_of_solo_work_pays_the_farm_and_no_pool_hears_of_it()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithChannel(bits: FakeProvider.EasyBits);
        uint job = miner.Channel.ActiveJob!.Value;
        FakePool pool = harness.Pool();
        pool.TakeWork(1);

        miner.Mine(block: true, jobId: job);
        SubmitSolution solution = Assert.Single(harness.Provider.Got<SubmitSolution>());
        Assert.True(Transaction.TryParse(solution.CoinbaseTx, out Transaction? coinbase, out _));
        Assert.Equal(CoreHarness.SoloScript, coinbase.Outputs[0].Script.Span.ToArray());
        Assert.Empty(pool.Got<PushSolution>());
        Assert.Empty(pool.Got<SubmitSharesExtended>());
    }
}
