using JdClient.Core.Tests.Harness;
using Sv2.Protocol;
using Sv2.Protocol.Mining;
using Sv2.Protocol.TemplateDistribution;
using Xunit;
using SetNewPrevHash = Sv2.Protocol.Mining.SetNewPrevHash;

namespace JdClient.Core.Tests.Providers;

public sealed class TemplateTests
{
    [Fact]
    public void A_channel_opened_between_future_template_and_prev_hash_works_on_both_sides_of_it()
    {
        // reference-behaviour 10.1, 5 and 71: there it ends the process.
        var harness = new CoreHarness(MiningMode.SoloMining);
        harness.Provider.Begin();
        harness.Provider.Template(2, future: true);
        FakeMiner miner = harness.Miner();
        MinerView channel = miner.OpenExtended()!;
        Assert.Equal(CoreHarness.Hash(1), channel.PrevHash!.PrevHash);
        miner.Mine();
        Assert.Single(harness.ToMiner<SubmitSharesSuccess>(miner));
        harness.Provider.Tip(2, 2);
        Assert.Equal(CoreHarness.Hash(2), channel.PrevHash!.PrevHash);
        miner.Mine();
        Assert.Single(harness.ToMiner<SubmitSharesSuccess>(miner));
    }

    [Fact]
    public void A_late_opener_gets_the_newest_work_not_the_last_future_one()
    {
        var harness = new CoreHarness(MiningMode.SoloMining);
        harness.Provider.Begin();
        FakeMiner first = harness.Miner();
        first.OpenExtended();
        harness.Provider.Template(2, future: false);
        FakeMiner second = harness.Miner();
        second.OpenExtended();
        Assert.Equal(first.Channel.ActiveJob, second.Channel.ActiveJob);
    }

    [Fact]
    public void Of_several_future_templates_the_named_one_is_mined()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithChannel(MiningMode.SoloMining);
        harness.Provider.Template(2, future: true);
        uint job = Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner)).JobId;
        harness.Provider.Template(3, future: true);
        harness.Provider.Tip(2, 2);
        Assert.Equal(job, Assert.Single(harness.ToMiner<SetNewPrevHash>(miner)).JobId);

        // The later one may be for the block after: it is given out again, since SetNewPrevHash voids queued jobs.
        Assert.Null(Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner)).MinNTime);
        harness.Provider.Tip(3, 3);
        Assert.Equal(CoreHarness.Hash(3), miner.Channel.PrevHash!.PrevHash);
        miner.Mine();
        Assert.Single(harness.ToMiner<SubmitSharesSuccess>(miner));
    }

    [Fact]
    public void A_template_that_is_no_future_one_belongs_to_the_tip_announced_last()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool(refill: false);
        harness.Provider.NewBlock(2, 2);
        harness.Provider.Template(3, future: false);
        harness.Provider.Transactions(3);
        pool.AcknowledgeDeclaration();
        Assert.Equal(CoreHarness.Hash(2), Assert.Single(pool.Got<SetCustomMiningJob>()).PrevHash);
    }

    [Fact]
    public void A_template_that_comes_twice_is_one_job_whose_shares_all_reach_the_pool()
    {
        // Found by tests/Simulation, seed 8: a second job took the acknowledgement, and the first one's shares were lost.
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool(MiningMode.CoinbaseOnly, refill: false);
        harness.Provider.Template(2, future: false);
        uint? job = miner.Channel.ActiveJob;
        harness.Provider.Template(2, future: false);
        Assert.Equal(job, miner.Channel.ActiveJob);
        miner.Mine();
        pool.GiveTokens(pool.UnansweredTokens);
        pool.AcknowledgeJob();
        Assert.Single(pool.Sent<SubmitSharesExtended>());
    }

    [Fact]
    public void A_prev_hash_for_an_unknown_template_moves_nobody_and_asks_for_templates()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithChannel(MiningMode.SoloMining);
        harness.Provider.Tip(99, 2);
        Assert.Empty(harness.ToMiner<Sv2Message>(miner));
        Assert.Single(harness.Provider.Got<CoinbaseOutputConstraints>());

        // What comes now and is no future template is on the new tip.
        harness.Provider.Template(100, future: false);
        Assert.Equal(CoreHarness.Hash(2), miner.Channel.PrevHash!.PrevHash);
        miner.Mine();
        Assert.Single(harness.ToMiner<SubmitSharesSuccess>(miner));
    }

    [Fact]
    public void A_first_template_without_a_tip_waits_for_it()
    {
        var harness = new CoreHarness(MiningMode.SoloMining);
        harness.Provider.Connect();
        FakeMiner miner = harness.Miner();
        miner.OpenExtended();
        harness.Provider.Template(1, future: false);
        Assert.Empty(miner.Channels);
        harness.Provider.Tip(1, 1);
        Assert.NotNull(miner.Channel.ActiveJob);
    }

    [Fact]
    public void A_template_that_cannot_be_mined_is_dropped_alone()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithChannel(MiningMode.SoloMining);
        harness.Provider.Send(FakeProvider.NewTemplate(2, false) with { CoinbaseTxOutputsCount = 7 });
        Assert.Single(harness.Reports.OfType<CoreReport.TemplateRefused>());
        Assert.Empty(harness.ToMiner<Sv2Message>(miner));
        harness.Provider.Send(FakeProvider.NewTemplate(3, false) with { CoinbasePrefix = new byte[80] });
        Assert.Single(harness.Reports.OfType<CoreReport.TemplateRefused>());
        harness.Provider.Template(4, future: false);
        Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner));
    }

    [Fact]
    public void A_lost_provider_is_connected_again_while_miners_go_on()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithChannel(MiningMode.SoloMining);
        harness.Provider.Lose();
        Assert.Empty(harness.Last.OfType<Effect.ToMiner>());
        miner.Mine();
        Assert.Single(harness.ToMiner<SubmitSharesSuccess>(miner));

        // For ever, with growing pauses.
        for (int i = 0; i < 20; i++)
        {
            LinkId before = harness.Provider.Link;
            harness.PassSeconds(40);
            Assert.NotEqual(before, harness.Provider.Link);
            harness.On(new CoreEvent.LinkClosed(harness.Provider.Link, LinkFailure.Unreachable, "refused"));
        }

        harness.PassSeconds(40);
        FakeMiner late = harness.Miner();
        late.OpenExtended();
        Assert.NotNull(late.Channel.ActiveJob);

        // Back with the same ids for other templates, on the same tip.
        harness.Provider.Connect();
        Assert.Single(harness.Provider.Got<CoinbaseOutputConstraints>());
        harness.Provider.NewBlock(1, 1);
        miner.Mine();
        Assert.Single(harness.ToMiner<SubmitSharesSuccess>(miner));
        harness.Provider.NewBlock(2, 2);
        miner.Mine();
        Assert.Single(harness.ToMiner<SubmitSharesSuccess>(miner));
        Assert.Null(miner.ClosedBecause);
    }

    [Fact]
    public void A_connected_provider_without_templates_is_given_up()
    {
        var harness = new CoreHarness(MiningMode.SoloMining);
        harness.Provider.Connect();
        LinkId silent = harness.Provider.Link;
        harness.PassSeconds(59);
        Assert.Equal(silent, harness.Provider.Link);
        harness.PassSeconds(3);
        Assert.Equal(silent, Assert.Single(harness.Last.OfType<Effect.CloseLink>()).Link);
        Assert.NotEqual(silent, harness.Provider.Link);
        Assert.Contains(harness.Reports, static report => report is CoreReport.DeadlineMissed { Awaited: "first template" });
    }

    [Fact]
    public void Constraints_cover_solo_and_pool_outputs_and_are_sent_again_only_when_they_grow()
    {
        var harness = new CoreHarness();
        harness.Provider.Connect();
        Assert.Equal(31u, Assert.Single(harness.Provider.Got<CoinbaseOutputConstraints>()).CoinbaseOutputMaxAdditionalSize);
        harness.Provider.NewBlock(1, 1);
        FakeMiner miner = harness.Miner();
        miner.OpenExtended();
        FakePool pool = harness.Pool();
        pool.SetUp();
        pool.GiveToken();
        Assert.Empty(harness.Provider.Got<CoinbaseOutputConstraints>());

        // A pay-to-public-key-hash output of 34 bytes and 4 units of sigops.
        byte[] larger = [1, 0, 0, 0, 0, 0, 0, 0, 0, 25, 0x76, 0xa9, 0x14, .. new byte[20], 0x88, 0xac];
        pool.GiveToken(larger);
        CoinbaseOutputConstraints constraints = Assert.Single(harness.Provider.Got<CoinbaseOutputConstraints>());
        Assert.Equal((34u, (ushort)4), (constraints.CoinbaseOutputMaxAdditionalSize, constraints.CoinbaseOutputMaxAdditionalSigops));
    }

    [Fact]
    public void Outputs_that_a_template_has_no_room_for_wait_for_the_next_one()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithChannel();
        FakePool pool = harness.Pool();
        pool.SetUp();
        byte[] larger = [2, .. FakePool.Outputs[1..], .. FakePool.Outputs[1..]];
        pool.GiveTokens(2, larger);
        Assert.Single(
            harness.All.OfType<Effect.OnLink>(),
            static effect => effect.Message is CoinbaseOutputConstraints { CoinbaseOutputMaxAdditionalSize: 62 });
        pool.OpenChannel();
        harness.Provider.Transactions(1);
        Assert.Empty(pool.Sent<Sv2.Protocol.JobDeclaration.DeclareMiningJob>());
        harness.Provider.NewBlock(2, 1);
        harness.Provider.Transactions(2);
        pool.AcknowledgeDeclaration();
        Assert.Single(pool.Got<SetCustomMiningJob>());
    }
}
