using JdClient.Core.Tests.Harness;
using Sv2.Protocol.Common;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;
using Xunit;

namespace JdClient.Core.Tests;

public sealed class FallbackTests
{
    public enum Stage
    {
        Connecting,
        SettingUp,
        AwaitingToken,
        OpeningChannel,
        AwaitingTransactions,
        Declaring,
        RequestingJob,
        Active,
        ActiveDeclaring,
        ActiveRequesting,
    }

    public static TheoryData<Stage> Stages => [.. Enum.GetValues<Stage>()];

    [Theory]
    [MemberData(nameof(Stages))]
    public void A_pool_that_dies_leaves_every_miner_with_solo_work_in_the_same_call(Stage stage)
    {
        var harness = new CoreHarness(upstreams: 2);
        harness.Provider.Begin();
        FakeMiner extended = harness.Miner();
        extended.OpenExtended();
        FakeMiner standard = harness.Miner(standardJobs: true);
        standard.OpenStandard();
        FakePool pool = harness.Pool();
        Reach(harness, pool, stage);
        bool wasActive = stage >= Stage.Active;
        pool.Lose();

        foreach (FakeMiner miner in harness.Miners)
        {
            Assert.Null(miner.ClosedBecause);
            Assert.Equal(wasActive ? 1 : 0, harness.Last.OfType<Effect.ToMiner>().Count(effect => effect.Session == miner.Session));
        }

        // Miners hear of it before the peers do; the other link of the pair is closed, the next upstream tried.
        int lastToMiner = harness.Last.ToList().FindLastIndex(static effect => effect is Effect.ToMiner);
        int firstClose = harness.Last.ToList().FindIndex(static effect => effect is Effect.CloseLink);
        Assert.True(lastToMiner < firstClose);
        Assert.Equal(pool.JobDeclarator, Assert.Single(harness.Last.OfType<Effect.CloseLink>()).Link);
        Assert.Equal([1, 1], harness.Last.OfType<Effect.Connect>().Select(static connect => connect.Peer));

        // The work is valid: solo jobs whose shares go nowhere and whose blocks pay the farm.
        foreach (FakeMiner miner in harness.Miners)
        {
            miner.Mine();
            Assert.Single(harness.ToMiner<SubmitSharesSuccess>(miner));
            Assert.Empty(harness.Last.OfType<Effect.OnLink>());
            if (miner.Channel.Extended)
            {
                var job = (NewExtendedMiningJob)miner.Channel.Jobs[miner.Channel.ActiveJob!.Value];
                Assert.True(job.CoinbaseTxSuffix.Span.IndexOf(CoreHarness.SoloScript) > 0);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Stages))]
    public void The_tip_may_change_at_every_stage(Stage stage)
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithChannel();
        FakePool pool = harness.Pool();
        Reach(harness, pool, stage);
        harness.Provider.NewBlock(8, 8);
        Assert.Equal(CoreHarness.Hash(8), miner.Channel.PrevHash!.PrevHash);
        miner.Mine();
        Assert.Single(harness.ToMiner<SubmitSharesSuccess>(miner));

        // Whatever was under way, what is declared from now on is for the new tip, and it comes to be mined.
        int before = pool.Sent<SetCustomMiningJob>().Count;
        Complete(harness, pool, stage, 8);
        Assert.Equal(0, harness.Snapshot().Source.UpstreamId);
        Assert.All(pool.Sent<SetCustomMiningJob>().Skip(before), static job => Assert.Equal(CoreHarness.Hash(8), job.PrevHash));
        miner.Mine();
        Assert.Single(pool.Got<SubmitSharesExtended>());
    }

    [Theory]
    [InlineData(Stage.Connecting, 30, "connection")]
    [InlineData(Stage.SettingUp, 10, "SetupConnection.Success")]
    [InlineData(Stage.AwaitingToken, 15, "AllocateMiningJobToken.Success")]
    [InlineData(Stage.OpeningChannel, 15, "OpenExtendedMiningChannel.Success")]
    [InlineData(Stage.Declaring, 15, "DeclareMiningJob.Success")]
    [InlineData(Stage.RequestingJob, 15, "SetCustomMiningJob.Success")]
    [InlineData(Stage.ActiveDeclaring, 15, "DeclareMiningJob.Success")]
    [InlineData(Stage.ActiveRequesting, 15, "SetCustomMiningJob.Success")]
    public void A_silent_peer_is_left_after_its_deadline(Stage stage, int seconds, string awaited)
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithChannel();
        FakePool pool = harness.Pool();
        Reach(harness, pool, stage);
        harness.PassSeconds(seconds - 0.5);
        Assert.DoesNotContain(harness.All, effect => effect is Effect.CloseLink close && close.Link == pool.Link);
        harness.PassSeconds(1);
        Assert.Contains(harness.Reports, report => report is CoreReport.DeadlineMissed missed && missed.Awaited == awaited);
        Assert.Contains(harness.Last, effect => effect is Effect.CloseLink close && close.Link == pool.Link);
        Assert.Null(harness.Snapshot().Source.UpstreamId);
        Assert.Null(miner.ClosedBecause);
    }

    [Fact]
    public void A_dead_job_declarator_takes_the_pool_with_it()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool();
        pool.LoseDeclarator();
        Assert.Equal(pool.Link, Assert.Single(harness.Last.OfType<Effect.CloseLink>()).Link);
        Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner));
    }

    [Fact]
    public void Shares_of_the_lost_pools_jobs_are_credited_and_counted_as_lost()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool();
        uint old = miner.Channel.ActiveJob!.Value;
        pool.Lose();
        miner.Mine(jobId: old);
        Assert.Single(harness.ToMiner<SubmitSharesSuccess>(miner));
        Assert.Contains(harness.Reports, static report => report is CoreReport.SharesDropped { Cause: ShareDropCause.UpstreamLeft });
    }

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
    public void A_better_pool_takes_the_work_back_after_its_stability_time()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithChannel(upstreams: 2);
        harness.Pool(0).TakeWork(1);
        harness.Pool(0).Lose();
        harness.Pool(1).TakeWork(1);
        Assert.Equal(1, harness.Snapshot().Source.UpstreamId);

        harness.PassSeconds(2);
        FakePool second = harness.Pool(1);
        FakePool better = harness.Pool(0);
        better.SetUp();
        better.GiveTokens();
        harness.PassSeconds(29);
        Assert.Empty(better.Sent<OpenExtendedMiningChannel>());
        miner.Mine();
        Assert.Single(second.Got<SubmitSharesExtended>());
        harness.PassSeconds(1.5);
        better.OpenChannel();
        harness.Provider.Transactions(1);
        better.AcknowledgeDeclaration();
        miner.Mine();
        Assert.Single(second.Got<SubmitSharesExtended>());

        better.AcknowledgeJob();
        Assert.Contains(
            harness.Reports,
            static report => report is CoreReport.WorkSourceChanged { From.UpstreamId: 1, To.UpstreamId: 0 });
        Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner));
        Assert.Equal(
            [second.Link, second.JobDeclarator],
            harness.Last.OfType<Effect.CloseLink>().Select(static close => close.Link));
        miner.Mine();
        Assert.Single(better.Got<SubmitSharesExtended>());
        Assert.Equal(UpstreamHealth.Fit, harness.Snapshot().Upstreams[1].Health);
        Assert.Null(miner.ClosedBecause);
    }

    [Fact]
    public void A_better_pool_that_does_not_stay_does_not_get_the_work()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithChannel(upstreams: 2);
        harness.Pool(0).Lose();
        harness.Pool(1).TakeWork(1);
        for (int i = 0; i < 5; i++)
        {
            harness.PassSeconds(20);
            harness.Pool(0).SetUp();
            harness.PassSeconds(10);
            harness.Pool(0).Lose();
        }

        Assert.Equal(1, harness.Snapshot().Source.UpstreamId);
        Assert.Equal(2, harness.Snapshot().Counters.SourceChanges + 1);
    }

    [Fact]
    public void A_better_pool_that_ends_idle_connections_gets_the_work_once_it_was_up_for_its_stability_time_in_all()
    {
        CoreHarness harness = MinedForTheSecond();
        EndIdle(harness, 20);
        FakePool better = SetUpWithTokens(harness);
        harness.PassSeconds(9.5);
        Assert.Empty(better.Sent<OpenExtendedMiningChannel>());
        harness.PassSeconds(0.5);
        better.OpenChannel();
        better.DeclareAndAcknowledge(1);
        Assert.Equal(0, harness.Snapshot().Source.UpstreamId);

        // Had and lost: what it had proven is used up.
        better.Lose();
        harness.Pool(1).TakeWork(1);
        PassRest(harness);
        SetUpWithTokens(harness);
        harness.PassSeconds(29.5);
        Assert.Empty(harness.Pool(0).Sent<OpenExtendedMiningChannel>());
    }

    [Theory]
    [InlineData("unreachable")]
    [InlineData("short")]
    [InlineData("violation")]
    public void What_a_better_pool_has_proven_is_void_after_another_failure(string failure)
    {
        CoreHarness harness = MinedForTheSecond();
        EndIdle(harness, 20);
        if (failure == "unreachable")
        {
            harness.On(new CoreEvent.LinkClosed(harness.LinkTo(LinkRole.Pool), LinkFailure.Unreachable, "refused"));
        }
        else
        {
            SetUpWithTokens(harness);
            harness.PassSeconds(5);
            LinkFailure kind = failure == "short" ? LinkFailure.ConnectionLost : LinkFailure.ProtocolViolation;
            harness.On(new CoreEvent.LinkClosed(harness.LinkTo(LinkRole.Pool), kind, failure));
        }

        PassRest(harness);
        SetUpWithTokens(harness);
        harness.PassSeconds(29.5);
        Assert.Empty(harness.Pool(0).Sent<OpenExtendedMiningChannel>());
        harness.PassSeconds(0.5);
        Assert.Single(harness.Pool(0).Sent<OpenExtendedMiningChannel>());
    }

    [Fact]
    public void A_pool_that_is_taken_and_lost_again_and_again_needs_longer_and_longer()
    {
        var harness = new CoreHarness(upstreams: 2);
        harness.Provider.Begin();
        harness.Miner().OpenExtended();
        harness.Pool(0).TakeWork(1);
        TimeSpan[] needed = [.. Enumerable.Range(0, 8).Select(_ => Regain())];
        Assert.Equal([30, 60, 120, 240, 480, 960, 1800, 1800], needed.Select(static time => time.TotalSeconds));

        // Ten minutes of good work, and it is as if nothing had been.
        harness.PassSeconds(601);
        Assert.Equal(0, harness.Snapshot().Upstreams[0].Losses);
        Assert.Equal(30, Regain().TotalSeconds);

        TimeSpan Regain()
        {
            harness.Pool(0).Lose();
            harness.Pool(1).TakeWork(1);
            PassRest(harness);
            FakePool better = harness.Pool(0);
            better.SetUp();
            better.GiveTokens();
            DateTimeOffset at = harness.Snapshot().Upstreams[0].TakesWorkAt!.Value;
            TimeSpan wait = at - harness.Now;
            harness.Pass(wait - TimeSpan.FromSeconds(0.1));
            Assert.Empty(better.Sent<OpenExtendedMiningChannel>());
            harness.PassSeconds(0.1);
            better.OpenChannel();
            better.DeclareAndAcknowledge(1);
            Assert.Equal(0, harness.Snapshot().Source.UpstreamId);
            return wait;
        }
    }

    [Fact]
    public void Failures_of_each_kind_have_pauses_of_their_own()
    {
        var harness = new CoreHarness(upstreams: 1);
        for (int i = 0; i < 10; i++)
        {
            harness.On(new CoreEvent.LinkClosed(harness.Pool().Link, LinkFailure.Unreachable, "refused"));
            PassRest(harness);
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
    public void A_first_pool_that_takes_long_to_connect_keeps_the_second_waiting_for_its_head_start_only()
    {
        var harness = new CoreHarness(upstreams: 2);
        harness.Provider.Begin();
        harness.Miner().OpenExtended();
        harness.PassSeconds(2.9);
        Assert.DoesNotContain(harness.All, static effect => effect is Effect.Connect { Role: LinkRole.Pool, Peer: 1 });
        harness.PassSeconds(0.2);
        harness.Pool(1).TakeWork(1);
        Assert.Equal(1, harness.Snapshot().Source.UpstreamId);
        Assert.Equal(0, Assert.Single(harness.Reports.OfType<CoreReport.UpstreamSkipped>()).UpstreamId);
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

    [Fact]
    public void Future_work_given_before_a_switch_is_given_again_for_the_new_source()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool();
        harness.Provider.Template(2, future: true);
        pool.Lose();
        NewExtendedMiningJob[] jobs = [.. harness.ToMiner<NewExtendedMiningJob>(miner)];
        Assert.Equal([false, true], jobs.Select(static job => job.MinNTime is null));
        harness.Provider.Tip(2, 2);
        var active = (NewExtendedMiningJob)miner.Channel.Jobs[miner.Channel.ActiveJob!.Value];
        Assert.Equal(jobs[1].JobId, active.JobId);
        Assert.True(active.CoinbaseTxSuffix.Span.IndexOf(CoreHarness.SoloScript) > 0);
    }

    [Fact]
    public void A_pool_that_calls_everything_stale_is_left_where_there_is_another()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool(upstreams: 2);
        harness.Provider.Template(2, future: false);
        harness.Provider.Transactions(2);
        DateTimeOffset start = harness.Now;
        while (harness.Snapshot().Source.UpstreamId == 0)
        {
            pool.RefuseDeclaration("stale-chain-tip");
            pool.GiveTokens(pool.UnansweredTokens);
            harness.PassSeconds(13);
            Assert.True(harness.Now - start < TimeSpan.FromMinutes(6));
        }

        Assert.True(harness.Now - start > TimeSpan.FromMinutes(5));
        Assert.Contains(harness.All, static effect => effect is Effect.Connect { Role: LinkRole.Pool, Peer: 1 });
        Assert.Null(miner.ClosedBecause);
    }

    [Fact]
    public void Tip_races_are_counted_and_cost_nothing()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool();
        harness.Provider.Template(2, future: false);
        harness.Provider.Transactions(2);
        pool.GiveTokens(pool.UnansweredTokens);

        // Our node is ahead: the pool's does not know the tip yet. Then its answer is overtaken by the next tip.
        harness.Provider.NewBlock(3, 3);
        harness.Provider.Transactions(3);
        pool.AcknowledgeDeclaration(1);
        pool.RefuseDeclaration("stale-chain-tip");
        pool.GiveTokens(pool.UnansweredTokens);
        harness.PassSeconds(1);
        pool.AcknowledgeDeclaration();
        pool.AcknowledgeJob();
        CoreSnapshot snapshot = harness.Snapshot();
        Assert.Equal((1, 1, 0), (snapshot.Counters.JobsCalledStale, snapshot.Counters.LateAnswers, snapshot.Counters.JobsRefused));
        Assert.Equal((0, 0), (snapshot.Upstreams[0].Failures, snapshot.Source.UpstreamId));
        miner.Mine();
        Assert.Single(pool.Got<SubmitSharesExtended>());
    }

    [Fact]
    public void A_lost_provider_does_not_cost_the_pool()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool();
        harness.Provider.Template(2, future: false);
        harness.Provider.Lose();
        miner.Mine();
        harness.PassSeconds(1);
        harness.Provider.Connect();
        harness.Provider.NewBlock(1, 1);
        Assert.Equal(0, harness.Snapshot().Source.UpstreamId);
        harness.Provider.Transactions(1);
        pool.AcknowledgeDeclaration();
        pool.AcknowledgeJob();
        miner.Mine();
        Assert.Single(pool.Got<SubmitSharesExtended>());
    }

    private static CoreHarness MinedForTheSecond()
    {
        var harness = new CoreHarness(upstreams: 2);
        harness.Provider.Begin();
        harness.Miner().OpenExtended();
        harness.Pool(0).Lose();
        harness.Pool(1).TakeWork(1);
        PassRest(harness);
        return harness;
    }

    private static void EndIdle(CoreHarness harness, double seconds)
    {
        SetUpWithTokens(harness);
        harness.PassSeconds(seconds);
        harness.Pool(0).Lose();
        PassRest(harness);
    }

    private static FakePool SetUpWithTokens(CoreHarness harness)
    {
        FakePool pool = harness.Pool(0);
        pool.SetUp();
        pool.GiveTokens();
        return pool;
    }

    private static void PassRest(CoreHarness harness) =>
        harness.Pass(harness.Snapshot().Upstreams[0].RetryAt!.Value - harness.Now);

    private static void Reach(CoreHarness harness, FakePool pool, Stage stage)
    {
        if (stage == Stage.Connecting)
            return;
        if (stage == Stage.SettingUp)
        {
            harness.On(new CoreEvent.LinkConnected(pool.Link));
            harness.On(new CoreEvent.LinkConnected(pool.JobDeclarator));
            return;
        }

        pool.SetUp();
        if (stage == Stage.AwaitingToken)
        {
            pool.OpenChannel();
            return;
        }

        pool.GiveTokens();
        if (stage == Stage.OpeningChannel)
            return;
        pool.OpenChannel();
        if (stage == Stage.AwaitingTransactions)
            return;
        harness.Provider.Transactions(1);
        pool.GiveTokens(pool.UnansweredTokens);
        if (stage == Stage.Declaring)
            return;
        pool.AcknowledgeDeclaration();
        if (stage == Stage.RequestingJob)
            return;
        pool.AcknowledgeJob();
        if (stage == Stage.Active)
            return;
        harness.Provider.Template(2, future: false);
        harness.Provider.Transactions(2);
        pool.GiveTokens(pool.UnansweredTokens);
        if (stage == Stage.ActiveRequesting)
            pool.AcknowledgeDeclaration();
    }

    // Late answers to what was under way, then the way to a job of the given template.
    private static void Complete(CoreHarness harness, FakePool pool, Stage stage, ulong template)
    {
        if (stage == Stage.Connecting)
        {
            pool.SetUp();
        }
        else if (stage == Stage.SettingUp)
        {
            pool.Send(new SetupConnectionSuccess(2, 0));
            pool.SendAsDeclarator(new SetupConnectionSuccess(2, 0));
        }

        pool.GiveTokens(pool.UnansweredTokens);
        if (stage is Stage.Connecting or Stage.SettingUp or Stage.OpeningChannel)
            pool.OpenChannel();
        if (stage is Stage.Declaring or Stage.ActiveDeclaring)
            pool.AcknowledgeDeclaration();
        if (stage is Stage.RequestingJob or Stage.ActiveRequesting)
            pool.AcknowledgeJob();
        harness.Provider.Transactions(template);
        pool.AcknowledgeDeclaration();
        pool.AcknowledgeJob();
        Assert.Empty(harness.AllReports.OfType<CoreReport.PeerViolation>());
        Assert.NotEmpty(pool.Sent<DeclareMiningJob>());
    }
}
