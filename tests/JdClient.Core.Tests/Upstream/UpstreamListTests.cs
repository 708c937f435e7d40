using JdClient.Core.Tests.Harness;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;
using Xunit;

namespace JdClient.Core.Tests.Upstream;

/// <summary>The list of upstreams is replaced while miners work.</summary>
public sealed class UpstreamListTests
{
    [Fact]
    public void The_same_list_changes_nothing()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool(upstreams: 2);
        Replace(harness, 0, 1);
        Assert.DoesNotContain(harness.Last, static effect => effect is not Effect.Reported);
        CoreReport.UpstreamListChanged report = Assert.Single(harness.Reports.OfType<CoreReport.UpstreamListChanged>());
        Assert.Equal(["pool0", "pool1"], report.Names);
        Assert.Empty(report.Added);
        Assert.Empty(report.Removed);
        miner.Mine();
        Assert.Single(pool.Got<SubmitSharesExtended>());
    }

    [Fact]
    public void The_present_one_is_removed_and_miners_get_other_work_before_it_is_closed()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool(upstreams: 2);
        Replace(harness, 1);
        List<Effect> last = [.. harness.Last];
        Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner));
        int given = last.FindIndex(static effect => effect is Effect.ToMiner);
        int closed = last.FindIndex(static effect => effect is Effect.CloseLink);
        Assert.True(given >= 0 && given < closed);
        Assert.Equal([pool.Link, pool.JobDeclarator], last.OfType<Effect.CloseLink>().Select(static close => close.Link));
        CoreReport.WorkSourceChanged change = Assert.Single(harness.Reports.OfType<CoreReport.WorkSourceChanged>());
        Assert.Contains("no longer configured", change.Reason, StringComparison.Ordinal);
        Assert.Equal([1, 1], last.OfType<Effect.Connect>().Select(static connect => connect.Peer));
        harness.Pool(1).TakeWork(1);
        CoreSnapshot snapshot = harness.Snapshot();
        Assert.Equal(1, snapshot.Source.UpstreamId);
        Assert.Equal(1, Assert.Single(snapshot.Upstreams).Id);
        Assert.Null(miner.ClosedBecause);

        // What the removed one still says goes nowhere.
        pool.Send(new CloseChannel(pool.ChannelId, "late"));
        Assert.Empty(harness.Last.OfType<Effect.ToMiner>());
    }

    [Fact]
    public void A_new_better_one_takes_the_work_after_its_stability_time_without_a_gap()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool();
        Replace(harness, 7, 0);
        Assert.Empty(harness.Last.OfType<Effect.ToMiner>());
        FakePool better = harness.Pool(7);
        better.SetUp();
        better.GiveTokens();
        harness.PassSeconds(29);
        miner.Mine();
        Assert.Single(pool.Got<SubmitSharesExtended>());
        harness.PassSeconds(2);
        better.OpenChannel();
        better.DeclareAndAcknowledge(1);
        CoreReport.WorkSourceChanged change = Assert.Single(harness.Reports.OfType<CoreReport.WorkSourceChanged>());
        Assert.Equal((0, 7), (change.From.UpstreamId, change.To.UpstreamId));
        Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner));
    }

    [Fact]
    public void Upstreams_that_change_places_keep_sessions_and_the_one_that_is_better_now_takes_the_work()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithChannel(upstreams: 2, standby: true);
        harness.Pool(0).TakeWork(1);
        FakePool standby = harness.Pool(1);
        standby.SetUp();
        standby.GiveTokens();
        standby.OpenChannel();
        harness.PassSeconds(60);
        Replace(harness, 1, 0);
        Assert.Empty(harness.Last.OfType<Effect.Connect>());
        Assert.Empty(harness.Last.OfType<Effect.CloseLink>());
        Assert.Empty(harness.Last.OfType<Effect.ToMiner>());
        Assert.Single(standby.Got<DeclareMiningJob>());
        standby.AcknowledgeDeclaration();
        standby.AcknowledgeJob();
        Assert.Equal(1, harness.Snapshot().Source.UpstreamId);
        Assert.Equal([1, 0], harness.Snapshot().Upstreams.Select(static upstream => upstream.Id));
        Assert.Equal(UpstreamState.Standby, harness.Snapshot().Upstreams[1].State);
        miner.Mine();
        Assert.Single(standby.Got<SubmitSharesExtended>());
    }

    [Fact]
    public void Health_outlives_a_change_and_other_options_make_another_upstream()
    {
        var harness = new CoreHarness(upstreams: 2);
        harness.Pool(0).Lose();
        Replace(harness, 1, 0);
        UpstreamSnapshot before = harness.Snapshot().Upstreams[1];
        Assert.Equal((UpstreamHealth.Unreachable, 1), (before.Health, before.Failures));
        harness.On(new CoreEvent.UpstreamsChanged(
            [CoreHarness.Upstream(1), CoreHarness.Upstream(0) with { Id = 2, UserIdentity = "other" }],
            harness.Options.Fallback,
            harness.Options.Deadlines,
            harness.Options.Limits));
        UpstreamSnapshot after = harness.Snapshot().Upstreams[1];
        Assert.Equal((2, UpstreamHealth.Fit, 0), (after.Id, after.Health, after.Failures));
    }

    [Fact]
    public void Fallback_and_limits_count_from_the_change_on()
    {
        var harness = new CoreHarness(upstreams: 2);
        harness.Provider.Begin();
        harness.Miner().OpenExtended();
        harness.Pool(0).TakeWork(1);
        harness.On(new CoreEvent.UpstreamsChanged(
            harness.Options.Upstreams,
            harness.Options.Fallback with { Standby = true, UnreachableBase = TimeSpan.FromSeconds(50) },
            harness.Options.Deadlines,
            harness.Options.Limits with { TokenStock = 5, ChannelsPerSession = 1 }));
        harness.Pool(1).SetUp();
        Assert.Equal(5, harness.Pool(1).Sent<AllocateMiningJobToken>().Count);
        harness.Pool(0).Lose();
        Assert.InRange((harness.Snapshot().Upstreams[0].RetryAt!.Value - harness.Now).TotalSeconds, 40, 60);
        FakeMiner miner = harness.Miner();
        miner.OpenExtended();
        miner.OpenExtended();
        Assert.Single(miner.Channels);
    }

    [Fact]
    public void Without_any_upstream_left_miners_mine_solo()
    {
        (CoreHarness harness, FakeMiner miner, _) = Start.WithPool();
        Replace(harness);
        Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner));
        Assert.Null(harness.Snapshot().Source.UpstreamId);
        harness.PassSeconds(1000);
        Replace(harness, 0);
        harness.Pool(0).TakeWork(1);
        Assert.Equal(0, harness.Snapshot().Source.UpstreamId);
    }

    private static void Replace(CoreHarness harness, params int[] upstreams) => harness.On(new CoreEvent.UpstreamsChanged(
        [.. upstreams.Select(CoreHarness.Upstream)], harness.Options.Fallback, harness.Options.Deadlines, harness.Options.Limits));
}
