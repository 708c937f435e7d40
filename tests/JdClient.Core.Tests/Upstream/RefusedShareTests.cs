using Bitcoin;
using JdClient.Core.Tests.Harness;
using Sv2.Protocol.Mining;
using Xunit;

namespace JdClient.Core.Tests.Upstream;

/// <summary>Shares that were good here and that the pool refuses.</summary>
public sealed class RefusedShareTests
{
    [Fact]
    public void Refused_good_shares_count_until_the_limit_and_stale_ones_do_not()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool(refill: false);
        for (int i = 0; i < 30; i++)
        {
            miner.Mine();
            pool.Send(new SubmitSharesError(40, Assert.Single(pool.Got<SubmitSharesExtended>()).SequenceNumber, "stale-share"));
        }

        // Numbers that were never sent, or another channel's, count nothing either.
        for (uint i = 0; i < 30; i++)
        {
            pool.Send(new SubmitSharesError(40, 100_000 + i, "invalid-share"));
            pool.Send(new SubmitSharesError(41, i, "invalid-share"));
        }

        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(0, harness.Snapshot().Source.UpstreamId);
            miner.Mine();
            pool.Send(new SubmitSharesError(40, Assert.Single(pool.Got<SubmitSharesExtended>()).SequenceNumber, "invalid-share"));
        }

        Assert.Null(harness.Snapshot().Source.UpstreamId);
        Assert.Equal(UpstreamHealth.Misbehaves, harness.Snapshot().Upstreams[0].Health);
        Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner));
    }

    [Fact]
    public void A_pool_that_applies_a_harder_target_to_earlier_jobs_is_not_left_for_it()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool();
        pool.Send(new SetTarget(pool.ChannelId, U256.MaxValue >> 40));
        for (int i = 0; i < 20; i++)
        {
            miner.Mine();
            uint sequence = Assert.Single(pool.Got<SubmitSharesExtended>()).SequenceNumber;
            pool.Send(new SubmitSharesError(pool.ChannelId, sequence, "difficulty-too-low"));
        }

        Assert.Equal(0, harness.Snapshot().Source.UpstreamId);
    }

    [Fact]
    public void Few_refused_shares_in_a_long_time_are_forgiven()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool(refill: false);
        for (int i = 0; i < 30; i++)
        {
            miner.Mine();
            pool.Send(new SubmitSharesError(40, Assert.Single(pool.Got<SubmitSharesExtended>()).SequenceNumber, "invalid-share"));
            harness.PassSeconds(30);
        }

        Assert.Equal(0, harness.Snapshot().Source.UpstreamId);
    }
}
