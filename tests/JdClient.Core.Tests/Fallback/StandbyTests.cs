using JdClient.Core.Tests.Harness;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;
using Xunit;
using CoinbaseOutputConstraints = Sv2.Protocol.TemplateDistribution.CoinbaseOutputConstraints;

namespace JdClient.Core.Tests.Fallback;

/// <summary>The next fit upstream is kept ready behind the one that is mined for.</summary>
public sealed class StandbyTests
{
    [Fact]
    public void The_next_upstream_is_kept_with_tokens_and_an_open_channel_and_nothing_is_declared_to_it()
    {
        (CoreHarness harness, FakeMiner miner, FakePool first, FakePool standby) = WithStandby();
        UpstreamSnapshot snapshot = Snapshot(harness, 1);
        Assert.Equal((UpstreamState.Standby, UpstreamHealth.Fit, 2), (snapshot.State, snapshot.Health, snapshot.Tokens));
        Assert.NotNull(snapshot.Target);
        harness.Provider.NewBlock(2, 2);
        first.GiveTokens(first.UnansweredTokens);
        first.DeclareAndAcknowledge(2);
        first.GiveTokens(first.UnansweredTokens);
        harness.PassSeconds(3600);
        Assert.Empty(standby.Sent<DeclareMiningJob>());
        Assert.Empty(standby.Sent<SetCustomMiningJob>());
        Assert.Equal(2, standby.Sent<AllocateMiningJobToken>().Count);
        Assert.Equal(UpstreamState.Waiting, Snapshot(harness, 2).State);
        Assert.DoesNotContain(harness.All, static effect => effect is Effect.Connect { Role: LinkRole.Pool, Peer: 2 });
        Assert.Null(miner.ClosedBecause);
    }

    [Fact]
    public void A_switch_costs_one_declaration_and_one_custom_job_asked_for_in_the_event_of_the_loss()
    {
        (CoreHarness harness, FakeMiner miner, FakePool first, FakePool standby) = WithStandby();
        first.Lose();
        Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner));
        Assert.Null(harness.Snapshot().Source.UpstreamId);
        Assert.Single(standby.Got<DeclareMiningJob>());
        standby.AcknowledgeDeclaration();
        uint job = standby.AcknowledgeJob();
        Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner));
        miner.Mine();
        Assert.Equal(job, Assert.Single(standby.Got<SubmitSharesExtended>()).JobId);
        CoreSnapshot snapshot = harness.Snapshot();
        Assert.Equal(1, snapshot.Source.UpstreamId);
        Assert.Equal(2, snapshot.Counters.SourceChanges - 1);
    }

    [Fact]
    public void In_coinbase_only_mode_a_switch_costs_one_custom_job()
    {
        (CoreHarness harness, FakeMiner miner, FakePool first, FakePool standby) = WithStandby(MiningMode.CoinbaseOnly);
        first.Lose();
        Assert.Single(standby.Got<SetCustomMiningJob>());
        standby.AcknowledgeJob();
        miner.Mine();
        Assert.Single(standby.Got<SubmitSharesExtended>());
    }

    [Fact]
    public void A_job_of_before_the_standbys_new_prefix_is_not_taken_up_again()
    {
        (CoreHarness harness, _, FakePool first, FakePool standby) = WithStandby(MiningMode.CoinbaseOnly);
        first.Lose();
        standby.AcknowledgeJob();
        harness.PassSeconds(2);
        FakePool back = harness.Pool();
        back.SetUp();
        back.GiveTokens();
        back.OpenChannel();
        harness.PassSeconds(31);
        back.AcknowledgeJob();
        Assert.Equal(0, harness.Snapshot().Source.UpstreamId);

        // It would be asked for again under the new prefix, as if it were made for that.
        standby.Send(new SetExtranoncePrefix(standby.ChannelId, new byte[] { 1, 2, 3, 4, 5 }));
        standby.GiveTokens(standby.UnansweredTokens);
        back.Lose();
        Assert.Single(standby.Got<SetCustomMiningJob>());
    }

    [Fact]
    public void Target_and_prefix_that_the_standby_sets_meanwhile_count_after_the_switch()
    {
        (CoreHarness harness, FakeMiner miner, FakePool first, FakePool standby) = WithStandby();
        standby.Send(new SetExtranoncePrefix(standby.ChannelId, new byte[] { 1, 2, 3, 4, 5 }));
        standby.Send(new SetTarget(standby.ChannelId, Bitcoin.U256.From(1)));
        Assert.Empty(harness.ToMiner<NewExtendedMiningJob>(miner));
        first.Lose();
        standby.AcknowledgeDeclaration();
        standby.AcknowledgeJob();
        NewExtendedMiningJob job = Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner));
        Assert.True(job.CoinbaseTxPrefix.Span.IndexOf((byte[])[1, 2, 3, 4, 5]) > 0);
        miner.Mine();
        Assert.Empty(standby.Got<SubmitSharesExtended>());
        Assert.Contains(harness.Reports, static report => report is CoreReport.SharesDropped { Cause: ShareDropCause.AbovePoolTarget });
    }

    [Fact]
    public void The_outputs_of_the_standby_have_room_in_the_templates()
    {
        (CoreHarness harness, _, _, FakePool standby) = WithStandby();
        byte[] large = [3, .. FakePool.Outputs[1..], .. FakePool.Outputs[1..], .. FakePool.Outputs[1..]];
        int before = harness.All.Count;
        standby.SendAsDeclarator(new DeclareMiningJobSuccess(99, default));
        harness.PassSeconds(1);
        standby.Lose();
        harness.PassSeconds(2);
        FakePool again = harness.Pool(1);
        again.SetUp();
        again.GiveTokens(2, large);
        Assert.Contains(harness.All.Skip(before), static effect => effect is Effect.OnLink { Message: CoinbaseOutputConstraints });
    }

    [Fact]
    public void A_standby_that_is_dropped_disturbs_nobody_and_is_no_failure()
    {
        (CoreHarness harness, FakeMiner miner, FakePool first, FakePool standby) = WithStandby();
        long changes = harness.Snapshot().Counters.SourceChanges;
        for (int i = 0; i < 20; i++)
        {
            harness.PassSeconds(60);
            standby.Lose();
            Assert.Empty(harness.Last.OfType<Effect.ToMiner>());
            UpstreamSnapshot dropped = Snapshot(harness, 1);
            Assert.Equal((UpstreamHealth.Fit, 0, 0), (dropped.Health, dropped.Failures, dropped.Losses));
            Assert.Contains("gone", dropped.LastError!, StringComparison.Ordinal);
            Assert.InRange((dropped.RetryAt!.Value - harness.Now).TotalSeconds, 0.8, 1.2);

            // The one behind it takes its place until it is back.
            Assert.Equal(2, harness.Last.OfType<Effect.Connect>().First().Peer);
            harness.PassSeconds(2);
            standby = harness.Pool(1);
            standby.SetUp();
            standby.GiveTokens();
            standby.OpenChannel();
            if (i == 0)
                continue;
            Assert.Equal(UpstreamState.Standby, Snapshot(harness, 1).State);
            Assert.Equal(UpstreamState.Waiting, Snapshot(harness, 2).State);
        }

        Assert.Equal(changes, harness.Snapshot().Counters.SourceChanges);
        miner.Mine();
        Assert.Single(first.Got<SubmitSharesExtended>());
    }

    [Fact]
    public void A_standby_that_does_not_stay_is_tried_with_growing_pauses_and_at_once_when_it_is_needed()
    {
        (CoreHarness harness, _, FakePool first, FakePool standby) = WithStandby(upstreams: 2);
        TimeSpan pause = TimeSpan.Zero;
        for (int i = 0; i < 6; i++)
        {
            standby.Lose();
            TimeSpan next = Snapshot(harness, 1).RetryAt!.Value - harness.Now;
            Assert.True(next > pause);
            pause = next;
            if (i == 5)
                break;
            harness.Pass(pause);
            standby = harness.Pool(1);
            standby.SetUp();
        }

        Assert.True(pause > TimeSpan.FromSeconds(20));
        first.Lose();
        Assert.Contains(harness.Last, static effect => effect is Effect.Connect { Role: LinkRole.Pool, Peer: 1 });
    }

    [Fact]
    public void A_standby_that_refuses_makes_room_for_the_next()
    {
        (CoreHarness harness, _, _, FakePool standby) = WithStandby();
        standby.Send(new CloseChannel(standby.ChannelId, "no"));
        Assert.Equal(UpstreamHealth.Refuses, Snapshot(harness, 1).Health);
        Assert.Contains(harness.Last, static effect => effect is Effect.Connect { Role: LinkRole.Pool, Peer: 2 });
        Assert.Equal(0, harness.Snapshot().Source.UpstreamId);
    }

    [Fact]
    public void After_the_return_to_the_better_one_the_other_stays_as_standby_and_late_shares_reach_it()
    {
        (CoreHarness harness, FakeMiner miner, FakePool first, FakePool standby) = WithStandby();
        first.Lose();
        standby.AcknowledgeDeclaration();
        uint former = standby.AcknowledgeJob();
        uint old = miner.Channel.ActiveJob!.Value;
        harness.PassSeconds(2);
        FakePool better = harness.Pool(0);
        better.SetUp();
        better.GiveTokens();
        better.OpenChannel();
        UpstreamSnapshot waiting = Snapshot(harness, 0);
        Assert.Equal((UpstreamState.Ready, harness.Now + TimeSpan.FromSeconds(30)), (waiting.State, waiting.TakesWorkAt));
        harness.PassSeconds(29);
        Assert.Empty(better.Sent<DeclareMiningJob>());
        harness.PassSeconds(1.1);
        better.AcknowledgeDeclaration();
        better.AcknowledgeJob();
        Assert.Contains(harness.Reports, static report => report is CoreReport.WorkSourceChanged
        {
            From.UpstreamId: 1, To.UpstreamId: 0, Lasted.TotalSeconds: > 31,
        });
        Assert.Equal(UpstreamState.Standby, Snapshot(harness, 1).State);
        miner.Mine(jobId: old);
        Assert.Equal(former, Assert.Single(standby.Got<SubmitSharesExtended>()).JobId);
        miner.Mine();
        Assert.Single(better.Got<SubmitSharesExtended>());
    }

    [Fact]
    public void Of_several_only_one_is_kept_behind_the_present_one()
    {
        (CoreHarness harness, _, FakePool first, FakePool standby) = WithStandby();
        first.Lose();
        standby.AcknowledgeDeclaration();
        standby.AcknowledgeJob();
        harness.PassSeconds(0.1);

        // The third stands behind the second, until the first has the work again.
        FakePool third = harness.Pool(2);
        third.SetUp();
        third.GiveTokens();
        third.OpenChannel();
        Assert.Equal(UpstreamState.Standby, Snapshot(harness, 2).State);
        harness.PassSeconds(2);
        FakePool better = harness.Pool(0);
        better.SetUp();
        better.GiveTokens();
        better.OpenChannel();
        Assert.Empty(harness.Last.OfType<Effect.CloseLink>());
        harness.PassSeconds(31);
        better.AcknowledgeDeclaration();
        better.AcknowledgeJob();
        Assert.Equal([third.Link, third.JobDeclarator], harness.Last.OfType<Effect.CloseLink>().Select(static close => close.Link));
        Assert.Equal(UpstreamState.Standby, Snapshot(harness, 1).State);
        Assert.Equal(UpstreamHealth.Fit, Snapshot(harness, 2).Health);
    }

    [Fact]
    public void The_next_one_gets_the_work_when_the_first_takes_longer_than_its_head_start()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithChannel(upstreams: 2, standby: true);
        FakePool second = harness.Pool(1);
        second.SetUp();
        second.GiveTokens();
        second.OpenChannel();
        harness.Provider.Transactions(1);
        Assert.Empty(second.Sent<DeclareMiningJob>());
        harness.PassSeconds(3.1);
        Assert.Single(second.Got<DeclareMiningJob>());
        second.AcknowledgeDeclaration();

        // The first is there at last. Whoever acknowledges a job first has the work; the better one takes it when it has stayed.
        FakePool first = harness.Pool(0);
        first.SetUp();
        first.GiveTokens();
        first.OpenChannel();
        second.AcknowledgeJob();
        Assert.Equal(1, harness.Snapshot().Source.UpstreamId);
        CoreReport.UpstreamSkipped skipped = Assert.Single(harness.Reports.OfType<CoreReport.UpstreamSkipped>());
        Assert.Equal((0, 1), (skipped.UpstreamId, skipped.Chosen.UpstreamId));
        if (first.Sent<DeclareMiningJob>().Count > 0)
        {
            first.AcknowledgeDeclaration();
            first.AcknowledgeJob();
        }

        Assert.Equal(1, harness.Snapshot().Source.UpstreamId);
        harness.PassSeconds(31);
        Assert.Equal(0, harness.Snapshot().Source.UpstreamId);
        Assert.Null(miner.ClosedBecause);
    }

    private static UpstreamSnapshot Snapshot(CoreHarness harness, int index) => harness.Snapshot().Upstreams[index];

    // Three pools: the first is mined for, the second is its standby.
    private static (CoreHarness Harness, FakeMiner Miner, FakePool First, FakePool Standby) WithStandby(
        MiningMode mode = MiningMode.FullTemplate, int upstreams = 3)
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithChannel(mode, upstreams, standby: true);
        FakePool first = harness.Pool(0);
        first.TakeWork(1);
        FakePool standby = harness.Pool(1);
        standby.ChannelId = 70;
        standby.SetUp();
        standby.GiveTokens();
        standby.OpenChannel();
        return (harness, miner, first, standby);
    }
}
