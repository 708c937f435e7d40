using Bitcoin;
using JdClient.Core.Tests.Harness;
using Sv2.Protocol.Common;
using Sv2.Protocol.Mining;
using Xunit;

namespace JdClient.Core.Tests.Upstream;

/// <summary>From the connection to a pool to its first job: what is asked for, what makes it unfit.</summary>
public sealed class UpstreamSetupTests
{
    [Fact]
    public void Nothing_is_opened_before_there_is_a_miner()
    {
        var harness = new CoreHarness();
        harness.Provider.Begin();
        FakePool pool = harness.Pool();
        pool.SetUp();
        pool.GiveTokens();
        Assert.Empty(pool.Sent<OpenExtendedMiningChannel>());
        harness.Miner().OpenExtended(minSize: 12, hashRate: 50);
        OpenExtendedMiningChannel open = Assert.Single(pool.Sent<OpenExtendedMiningChannel>());
        Assert.Equal(14, open.MinExtranonceSize);
        Assert.Equal(U256.MaxValue, open.MaxTarget);
    }

    [Fact]
    public void A_version_that_was_not_offered_is_a_violation()
    {
        var harness = new CoreHarness();
        FakePool pool = harness.Pool();
        harness.On(new CoreEvent.LinkConnected(pool.Link));
        pool.Send(new SetupConnectionSuccess(3, 0));
        Assert.Single(harness.Reports.OfType<CoreReport.PeerViolation>());
        Assert.Equal(2, harness.Last.OfType<Effect.CloseLink>().Count());
    }

    [Fact]
    public void A_grant_that_is_too_small_makes_the_upstream_unfit()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithChannel(upstreams: 2);
        FakePool pool = harness.Pool();
        pool.SetUp();
        pool.Size = 9;
        pool.OpenChannel();
        CoreReport.UpstreamChanged changed = harness.Reports.OfType<CoreReport.UpstreamChanged>().First();
        Assert.Equal(UpstreamHealth.Refuses, changed.Health);
        Assert.Contains("9", changed.Reason, StringComparison.Ordinal);
        Assert.Contains(harness.Last, static effect => effect is Effect.Connect { Peer: 1 });
        Assert.Null(miner.ClosedBecause);
    }

    [Fact]
    public void Outputs_that_ask_for_more_than_there_is_make_the_upstream_unfit()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithChannel();
        FakePool pool = harness.Pool();
        pool.SetUp();
        byte[] greedy = [2, .. FakePool.Outputs[1..], 0, 0, 0, 0, 0, 0, 0, 1, 1, 0x51];
        pool.GiveTokens(2, greedy);
        harness.Provider.NewBlock(2, 2);
        pool.OpenChannel();
        UpstreamSnapshot upstream = harness.Snapshot().Upstreams[0];
        Assert.Equal(UpstreamHealth.Refuses, upstream.Health);
        Assert.Contains("RewardsExceedValue", upstream.Reason, StringComparison.Ordinal);
        miner.Mine();
        Assert.Single(harness.ToMiner<SubmitSharesSuccess>(miner));
    }

    [Fact]
    public void A_pool_with_fixed_version_makes_jobs_without_rolling()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithChannel();
        Assert.True(Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner)).VersionRollingAllowed);
        FakePool pool = harness.Pool();
        pool.SetUp(flags: 1);
        pool.GiveTokens();
        pool.OpenChannel();
        pool.DeclareAndAcknowledge(1);
        Assert.False(Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner)).VersionRollingAllowed);
        miner.Mine(change: static share => share with { Version = share.Version ^ 0x2000 });
        Assert.Equal("version-rolling-not-allowed", Assert.Single(harness.ToMiner<SubmitSharesError>(miner)).ErrorCode);
    }
}
