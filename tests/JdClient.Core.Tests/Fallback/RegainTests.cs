using JdClient.Core.Tests.Harness;
using Sv2.Protocol.Mining;
using Xunit;

namespace JdClient.Core.Tests.Fallback;

/// <summary>A better pool that is back takes the work once it has been up for its stability time.</summary>
public sealed class RegainTests
{
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
    public void A_better_pool_that_comes_and_goes_does_not_get_the_work()
    {
        // Each time it is up for a while, and once not there.
        CoreHarness harness = MinedForTheSecond();
        for (int i = 0; i < 5; i++)
        {
            EndIdle(harness, 25);
            harness.On(new CoreEvent.LinkClosed(harness.LinkTo(LinkRole.Pool), LinkFailure.Unreachable, "refused"));
            harness.PassRest();
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
        harness.PassRest();
        SetUpWithTokens(harness);
        harness.PassSeconds(29.5);
        Assert.Empty(harness.Pool(0).Sent<OpenExtendedMiningChannel>());
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(5)]
    [InlineData(14)]
    public void Idle_connections_count_together_however_short_they_are(double seconds)
    {
        CoreHarness harness = MinedForTheSecond();
        int ended = 0;
        for (; ended * seconds < 30 - seconds; ended++)
            EndIdle(harness, seconds);
        SetUpWithTokens(harness);
        harness.PassSeconds(30 - (ended * seconds) - 0.1);
        Assert.Empty(harness.Pool(0).Sent<OpenExtendedMiningChannel>());

        harness.PassSeconds(0.1);

        Assert.Single(harness.Pool(0).Sent<OpenExtendedMiningChannel>());
    }

    [Fact]
    public void A_better_pool_that_ends_connections_that_are_mined_on_as_well_needs_longer_each_time()
    {
        CoreHarness harness = MinedForTheSecond();

        int[] connections = [.. Enumerable.Range(0, 5).Select(_ => Regain())];

        Assert.Equal([6, 6, 12, 24, 48], connections);

        int Regain()
        {
            int count = 1;
            SetUpWithTokens(harness);
            for (; !Asked(); count++)
            {
                harness.Pool(0).Lose();
                harness.PassRest();
                SetUpWithTokens(harness);
            }

            harness.Pool(0).OpenChannel();
            harness.Pool(0).DeclareAndAcknowledge(1);
            Assert.Equal(0, harness.Snapshot().Source.UpstreamId);
            harness.PassSeconds(5);
            harness.Pool(0).Lose();
            harness.Pool(1).TakeWork(1);
            Assert.Equal(1, harness.Snapshot().Source.UpstreamId);
            harness.PassRest();
            return count;
        }

        bool Asked()
        {
            harness.PassSeconds(5);
            return harness.Pool(0).Sent<OpenExtendedMiningChannel>().Any();
        }
    }

    [Theory]
    [InlineData("unreachable")]
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
            harness.On(new CoreEvent.LinkClosed(harness.LinkTo(LinkRole.Pool), LinkFailure.ProtocolViolation, failure));
        }

        harness.PassRest();
        SetUpWithTokens(harness);
        harness.PassSeconds(29.5);
        Assert.Empty(harness.Pool(0).Sent<OpenExtendedMiningChannel>());
        harness.PassSeconds(0.5);
        Assert.Single(harness.Pool(0).Sent<OpenExtendedMiningChannel>());
    }

    [Fact]
    public void A_pool_that_is_taken_and_lost_again_and_again_needs_longer_and_longer()
    {
        (CoreHarness harness, _) = Start.WithChannel(upstreams: 2);
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
            harness.PassRest();
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

    private static CoreHarness MinedForTheSecond()
    {
        (CoreHarness harness, _) = Start.WithChannel(upstreams: 2);
        harness.Pool(0).Lose();
        harness.Pool(1).TakeWork(1);
        harness.PassRest();
        return harness;
    }

    private static void EndIdle(CoreHarness harness, double seconds)
    {
        SetUpWithTokens(harness);
        harness.PassSeconds(seconds);
        harness.Pool(0).Lose();
        harness.PassRest();
    }

    private static FakePool SetUpWithTokens(CoreHarness harness)
    {
        FakePool pool = harness.Pool(0);
        pool.SetUp();
        pool.GiveTokens();
        return pool;
    }
}
