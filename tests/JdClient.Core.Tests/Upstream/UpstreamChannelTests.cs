using Bitcoin;
using JdClient.Core.Tests.Harness;
using Sv2.Protocol.Common;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;
using Xunit;

namespace JdClient.Core.Tests.Upstream;

/// <summary>What is said on the one channel to a pool, and its end.</summary>
public sealed class UpstreamChannelTests
{
    [Fact]
    public void The_pool_is_told_the_sum_of_hash_rates_at_most_once_a_second()
    {
        var harness = new CoreHarness();
        harness.Provider.Begin();
        FakeMiner miner = harness.Miner();
        miner.OpenExtended(hashRate: 100);
        FakePool pool = harness.Pool();
        pool.TakeWork(1);
        for (int i = 0; i < 5; i++)
            miner.OpenExtended(hashRate: 100);
        Assert.Empty(pool.Sent<UpdateChannel>());
        harness.PassSeconds(1.01);
        UpdateChannel update = Assert.Single(pool.Sent<UpdateChannel>());
        Assert.Equal((40u, 600f, U256.MaxValue), (update.ChannelId, update.NominalHashRate, update.MaximumTarget));
        harness.PassSeconds(2);
        miner.Close();
        Assert.Equal(0f, Assert.Single(pool.Got<UpdateChannel>()).NominalHashRate);
    }

    [Fact]
    public void What_is_said_to_our_group_is_said_to_us()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool();
        pool.Send(new SetTarget(1, U256.From(7)));
        Assert.Equal(U256.From(7), harness.Snapshot().Upstreams[0].Target);
        pool.Send(new SetGroupChannel(5, [40]));
        pool.Send(new SetTarget(1, U256.From(8)));
        Assert.Equal(U256.From(7), harness.Snapshot().Upstreams[0].Target);
        pool.Send(new CloseChannel(5, "all of you"));
        Assert.Null(harness.Snapshot().Source.UpstreamId);
        Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner));
    }

    [Fact]
    public void What_the_pool_says_of_things_that_are_not_is_dropped()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool(refill: false);
        pool.Send(new SetCustomMiningJobSuccess(40, 99_999, 1));
        Assert.Single(harness.Reports.OfType<CoreReport.StrayMessage>());
        pool.Send(new OpenExtendedMiningChannelSuccess(1, 77, U256.MaxValue, 16, default, 1));
        pool.Send(new NewExtendedMiningJob(40, 1, 1, 1, true, [], default, default));
        pool.Send(new SubmitSharesSuccess(41, 1, 1, 1));
        pool.SendAsDeclarator(new AllocateMiningJobTokenSuccess(99_999, default, FakePool.Outputs));
        pool.SendAsDeclarator(new DeclareMiningJobSuccess(99_999, default));
        pool.SendAsDeclarator(new DeclareMiningJobError(99_999, "x", default));
        pool.SendAsDeclarator(new ProvideMissingTransactions(99_999, [1]));
        Assert.Equal(8, harness.AllReports.OfType<CoreReport.StrayMessage>().Count());
        Assert.Equal(0, harness.Snapshot().Source.UpstreamId);
        miner.Mine();
        Assert.Equal(40u, Assert.Single(pool.Got<SubmitSharesExtended>()).ChannelId);
    }

    [Fact]
    public void CloseChannel_of_our_channel_means_solo_work_at_once()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool(refill: false);
        pool.Send(new CloseChannel(39, "not ours"));
        Assert.Empty(harness.ToMiner<NewExtendedMiningJob>(miner));
        pool.Send(new CloseChannel(40, "bye"));
        Assert.NotNull(Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner)).MinNTime);
        Assert.Null(miner.ClosedBecause);
    }

    [Fact]
    public void Reconnect_is_followed_and_bounded()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithChannel();
        harness.Pool().TakeWork(1);
        harness.Pool().Send(new Reconnect("other.example", 0));
        Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner));
        Effect.Connect connect = harness.Last.OfType<Effect.Connect>().Single(static effect => effect.Role == LinkRole.Pool);
        Assert.Equal(new PeerEndpoint("other.example", 3333), connect.Redirect);
        Assert.Null(harness.Last.OfType<Effect.Connect>().Single(static effect => effect.Role == LinkRole.JobDeclarator).Redirect);
        harness.Pool().TakeWork(1);
        Assert.Contains(harness.Reports, static report => report is CoreReport.WorkSourceChanged { To.UpstreamId: 0 });

        for (int i = 0; i < 4; i++)
        {
            FakePool pool = harness.Pool();
            harness.On(new CoreEvent.LinkConnected(pool.Link));
            pool.SetUp();
            pool.Send(new Reconnect(string.Empty, 7));
        }

        Assert.Single(harness.Reports.OfType<CoreReport.PeerViolation>());
        Assert.Empty(harness.Last.OfType<Effect.Connect>());
        Assert.Null(miner.ClosedBecause);
    }
}
