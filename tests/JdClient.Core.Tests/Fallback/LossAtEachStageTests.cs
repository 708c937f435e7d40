using JdClient.Core.Tests.Harness;
using Sv2.Protocol.Common;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;
using Xunit;

namespace JdClient.Core.Tests.Fallback;

/// <summary>What may happen to a pool at every stage on the way to it.</summary>
public sealed class LossAtEachStageTests
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
