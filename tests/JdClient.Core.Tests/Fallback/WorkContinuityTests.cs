using JdClient.Core.Tests.Harness;
using Sv2.Protocol.Mining;
using Sv2.Protocol.TemplateDistribution;
using Xunit;

namespace JdClient.Core.Tests.Fallback;

/// <summary>Events in odd orders: whatever comes, miners have work that leads somewhere.</summary>
public sealed class WorkContinuityTests
{
    [Fact]
    public void A_connection_without_channels_agrees_on_its_extranonce_size_anew()
    {
        var harness = new CoreHarness();
        harness.Provider.Begin();
        FakeMiner greedy = harness.Miner();
        Assert.Equal(14, greedy.OpenExtended(minSize: 14)!.Rollable);
        greedy.Send(new CloseChannel(2, "done"));
        greedy.Channels.Clear();
        harness.Miner().OpenExtended();
        FakePool pool = harness.Pool();
        pool.Size = 10;
        pool.TakeWork(1);

        // The pool grants less than the connection once had.
        greedy.OpenExtended(minSize: 14);
        Assert.Equal("min-extranonce-size-too-large", Assert.Single(harness.ToMiner<OpenMiningChannelError>(greedy)).ErrorCode);
        Assert.Equal(8, greedy.OpenExtended()!.Rollable);
        greedy.Mine();
        Assert.Single(pool.Got<SubmitSharesExtended>());
    }

    [Fact]
    public void Future_work_of_a_lost_provider_and_a_lost_pool_is_not_given_to_new_channels()
    {
        var harness = new CoreHarness();
        harness.Provider.Begin();
        harness.Miner().OpenExtended();
        FakePool pool = harness.Pool();
        pool.Size = 10;
        pool.TakeWork(1);
        harness.Provider.Template(2, future: true);
        harness.Provider.Lose();
        harness.PassSeconds(1);
        harness.Provider.Connect();
        pool.Lose();

        FakeMiner late = harness.Miner();
        Assert.Equal(14, late.OpenExtended(minSize: 14)!.Rollable);
        Assert.Single(harness.ToMiner<NewExtendedMiningJob>(late));
        late.Mine();
        Assert.Single(harness.ToMiner<SubmitSharesSuccess>(late));
    }

    [Fact]
    public void A_fee_update_leaves_the_template_of_the_next_block_where_it_is()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithChannel(MiningMode.SoloMining);
        harness.Provider.Template(2, future: true);
        harness.Provider.Template(3, future: false);
        FakeMiner late = harness.Miner();
        late.OpenExtended();
        harness.Provider.Tip(2, 2);
        foreach (FakeMiner each in new[] { miner, late })
        {
            Assert.Equal(CoreHarness.Hash(2), each.Channel.PrevHash!.PrevHash);
            each.Mine();
            Assert.Single(harness.ToMiner<SubmitSharesSuccess>(each));
        }
    }

    [Fact]
    public void Work_that_can_no_longer_be_declared_gives_way_to_work_that_the_pool_has_acknowledged()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool();
        harness.Provider.Template(2, future: false);
        miner.Mine();
        Assert.Empty(pool.Got<SubmitSharesExtended>());
        harness.Provider.Lose();

        // The transactions of template 2 will never come.
        Assert.NotNull(Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner)).MinNTime);
        miner.Mine();
        Assert.Equal(501u, Assert.Single(pool.Got<SubmitSharesExtended>()).JobId);
        FakeMiner late = harness.Miner();
        late.OpenExtended();
        late.Mine();
        Assert.Single(pool.Got<SubmitSharesExtended>());
    }

    [Fact]
    public void Without_acknowledged_work_on_the_tip_it_gives_way_to_solo_work()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool();
        harness.Provider.NewBlock(2, 2);
        harness.Provider.RefuseTransactions(2, "stale-template-id");
        NewExtendedMiningJob job = Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner));
        Assert.True(job.CoinbaseTxSuffix.Span.IndexOf(CoreHarness.SoloScript) > 0);

        // The next template is the pool's again.
        harness.Provider.Template(3, future: false);
        job = Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner));
        Assert.True(job.CoinbaseTxSuffix.Span.IndexOf(FakePool.Outputs.AsSpan(10)) > 0);
        pool.GiveTokens(pool.UnansweredTokens);
        pool.DeclareAndAcknowledge(3);
        miner.Mine();
        Assert.Single(pool.Got<SubmitSharesExtended>());
    }

    [Fact]
    public void The_same_block_with_other_bits_is_told_to_miners_and_declared_anew()
    {
        // As on test networks, where the difficulty falls when no block comes.
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool();
        harness.Provider.Bits = 0x1d00fffe;
        harness.Provider.Tip(1, 1);
        Assert.Equal(0x1d00fffeu, miner.Channel.PrevHash!.NBits);
        miner.Mine();
        Assert.Single(harness.ToMiner<SubmitSharesSuccess>(miner));
        pool.AcknowledgeDeclaration();
        Assert.Equal(0x1d00fffeu, Assert.Single(pool.Got<SetCustomMiningJob>()).NBits);
    }

    [Fact]
    public void The_prev_hash_of_a_new_block_leaves_before_any_other_work()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool();
        FakeMiner second = harness.Miner(standardJobs: true);
        second.OpenStandard();
        second.OpenStandard();
        harness.Provider.Template(2, future: true);
        harness.Provider.Template(3, future: true);
        harness.Provider.Transactions(2);
        harness.Provider.Tip(2, 2);

        Effect[] sent = [.. harness.Last.Where(static effect => effect is not Effect.Reported)];
        Assert.Equal(3, sent.TakeWhile(static effect => effect is Effect.ToMiner { Message: Sv2.Protocol.Mining.SetNewPrevHash }).Count());
        Assert.NotEmpty(sent.Skip(3).OfType<Effect.OnLink>());
        Assert.Contains(sent.Skip(3), static effect => effect is Effect.ToMiner { Message: NewExtendedMiningJob { MinNTime: null } });
        _ = miner;
        _ = pool;
    }

    [Fact]
    public void A_provider_whose_templates_are_of_no_use_is_not_asked_as_fast_as_it_answers()
    {
        var harness = new CoreHarness(MiningMode.SoloMining);
        harness.Provider.Begin();
        harness.Miner().OpenExtended();
        int asked = harness.All.Count(static effect => effect is Effect.OnLink { Message: CoinbaseOutputConstraints });
        for (uint i = 0; i < 100; i++)
        {
            // The template's part of the coinbase leaves no room for the rest.
            harness.Provider.Send(FakeProvider.NewTemplate(10 + i, true) with { CoinbasePrefix = new byte[90] });
            harness.Provider.Tip(10 + i, 2);
            harness.PassSeconds(0.1);
        }

        int more = harness.All.Count(static effect => effect is Effect.OnLink { Message: CoinbaseOutputConstraints }) - asked;
        Assert.InRange(more, 2, 4);

        // Nothing is asked any more once there is work.
        harness.Provider.NewBlock(200, 3);
        harness.PassSeconds(60);
        Assert.Empty(harness.Provider.Got<CoinbaseOutputConstraints>());
    }

    [Fact]
    public void Answers_that_come_late_do_not_count_as_silence()
    {
        // Nobody is waited for because of a template whose tip has gone.
        (CoreHarness harness, FakeMiner _, FakePool pool) = Start.WithPool();
        pool.GiveTokens(pool.UnansweredTokens);
        harness.Provider.Template(2, future: false);
        harness.Provider.NewBlock(3, 3);
        harness.Provider.Transactions(2);
        pool.DeclareAndAcknowledge(3);
        harness.PassSeconds(14);
        harness.PassSeconds(2);
        Assert.DoesNotContain(harness.Reports, static report => report is CoreReport.DeadlineMissed { Role: LinkRole.TemplateProvider });
    }
}
