using JdClient.Core.Tests.Harness;
using Sv2.Protocol.Common;
using Xunit;

namespace JdClient.Core.Tests.Fallback;

/// <summary>How long a pool that failed is left alone.</summary>
public sealed class RetryTests
{
    [Fact]
    public void A_single_pool_is_tried_again_for_ever_with_growing_pauses()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithChannel();
        TimeSpan before = TimeSpan.Zero;
        for (int i = 0; i < 30; i++)
        {
            harness.On(new CoreEvent.LinkClosed(harness.Pool().Link, LinkFailure.Unreachable, "refused"));
            TimeSpan pause = harness.Snapshot().Upstreams[0].RetryAt!.Value - harness.Now;
            Assert.True(i is 0 or > 5 || pause > before);
            Assert.InRange(pause.TotalSeconds, 0.8, 72);
            before = pause;
            LinkId link = harness.Pool().Link;
            harness.Pass(pause);
            Assert.NotEqual(link, harness.Pool().Link);
        }

        harness.Pool().TakeWork(1);
        Assert.Equal(0, harness.Snapshot().Source.UpstreamId);
        Assert.Equal(UpstreamHealth.Fit, harness.Snapshot().Upstreams[0].Health);
    }

    [Fact]
    public void Failures_of_each_kind_have_pauses_of_their_own()
    {
        var harness = new CoreHarness(upstreams: 1);
        for (int i = 0; i < 10; i++)
        {
            harness.On(new CoreEvent.LinkClosed(harness.Pool().Link, LinkFailure.Unreachable, "refused"));
            harness.PassRest();
        }

        harness.Pool().SetUp();
        Assert.Equal(UpstreamHealth.Fit, harness.Snapshot().Upstreams[0].Health);
        harness.Pool().Send(new Reconnect(string.Empty, 1));
        harness.On(new CoreEvent.LinkConnected(harness.Pool().Link));
        harness.Pool().Send(new SetupConnectionError(0, "unsupported-protocol"));
        UpstreamSnapshot snapshot = harness.Snapshot().Upstreams[0];
        Assert.Equal((UpstreamHealth.Refuses, 11), (snapshot.Health, snapshot.Failures));
        Assert.InRange((snapshot.RetryAt!.Value - harness.Now).TotalSeconds, 12, 18);
        Assert.Equal(harness.Now, snapshot.LastErrorAt);
        Assert.Contains("unsupported-protocol", snapshot.LastError!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pool_that_refuses_rests_longer_than_one_that_cannot_be_reached()
    {
        var harness = new CoreHarness(upstreams: 2);
        FakePool pool = harness.Pool();
        harness.On(new CoreEvent.LinkConnected(pool.JobDeclarator));
        pool.SendAsDeclarator(new SetupConnectionError(0, "missing-declare-tx-data-flag"));
        UpstreamSnapshot snapshot = harness.Snapshot().Upstreams[0];
        Assert.Equal(UpstreamHealth.Refuses, snapshot.Health);
        Assert.InRange((snapshot.RetryAt!.Value - harness.Now).TotalSeconds, 12, 18);
        Assert.Contains("nothing reaches this pool", snapshot.Reason, StringComparison.Ordinal);
    }
}
