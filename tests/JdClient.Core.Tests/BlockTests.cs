using Bitcoin;
using JdClient.Core.Tests.Harness;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;
using Sv2.Protocol.TemplateDistribution;
using Xunit;

namespace JdClient.Core.Tests;

public sealed class BlockTests
{
    public enum Kind
    {
        Extended,
        StandardInGroup,
        StandardJobs,
    }

    public static TheoryData<MiningMode, Kind> Cases
    {
        get
        {
            var cases = new TheoryData<MiningMode, Kind>();
            foreach (MiningMode mode in Enum.GetValues<MiningMode>())
            {
                foreach (Kind kind in Enum.GetValues<Kind>())
                    cases.Add(mode, kind);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_block_goes_everywhere_and_its_coinbase_gives_its_header(MiningMode mode, Kind kind)
    {
        // Standard channels on group jobs are where the reference loses blocks (reference-behaviour 10.3, 46a).
        var harness = new CoreHarness(mode);
        harness.Provider.Bits = FakeProvider.EasyBits;
        harness.Provider.Begin();
        FakeMiner miner = harness.Miner(standardJobs: kind == Kind.StandardJobs);
        if (kind == Kind.Extended)
            miner.OpenExtended();
        else
            miner.OpenStandard();
        FakePool? pool = mode == MiningMode.SoloMining ? null : harness.Pool();
        uint upstreamJob = pool?.TakeWork(1) ?? 0;

        // A job that came to the group, not the first one of the channel.
        harness.Provider.Template(2, future: false);
        if (pool is not null)
            upstreamJob = pool.DeclareAndAcknowledge(2);
        miner.Mine(block: true);

        Effect[] effects = [.. harness.Last.Where(static effect => effect is not Effect.Reported)];
        SubmitSolution solution = Assert.IsType<SubmitSolution>(Assert.IsType<Effect.OnLink>(effects[0]).Message);
        FoundBlock block = Assert.Single(effects.OfType<Effect.Save>()).Block;
        AssertIsBlock(block, solution, 2);
        if (mode == MiningMode.FullTemplate)
        {
            PushSolution push = Assert.IsType<PushSolution>(Assert.IsType<Effect.OnLink>(effects[1]).Message);
            Assert.Equal(CoreHarness.Hash(1), push.PrevHash);
            Assert.Equal(FakeProvider.EasyBits, push.NBits);
            Assert.Equal(20, push.Extranonce.Length);
            Assert.Equal(pool!.Prefix, push.Extranonce[..4].ToArray());
            Assert.Equal(3, block.Transactions!.Value.Length);

            // What the declarator puts together of the declaration and the solution is that coinbase.
            DeclareMiningJob declared = pool.Sent<DeclareMiningJob>()[^1];
            Assert.Equal(
                solution.CoinbaseTx.ToArray(),
                (byte[])[.. declared.CoinbaseTxPrefix.Span, .. push.Extranonce.Span, .. declared.CoinbaseTxSuffix.Span]);
        }
        else
        {
            Assert.DoesNotContain(effects, static effect => effect is Effect.OnLink { Message: PushSolution });
            Assert.Null(block.Transactions);
        }

        if (pool is not null)
            Assert.Equal(upstreamJob, Assert.Single(pool.Got<SubmitSharesExtended>()).JobId);
        Assert.Single(harness.ToMiner<SubmitSharesSuccess>(miner));
        Assert.Single(harness.Reports.OfType<CoreReport.BlockFound>(), static found => found.Submitted);
    }

    [Fact]
    public void A_block_of_a_job_that_is_not_acknowledged_yet_reaches_declarator_and_pool_with_the_answers()
    {
        // reference-behaviour 10.1, 14: there it never does. Our own block changes the tip meanwhile.
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool(bits: FakeProvider.EasyBits);
        harness.Provider.Template(2, future: false);
        harness.Provider.Transactions(2);
        miner.Mine(block: true);
        Assert.Single(harness.Provider.Got<SubmitSolution>());
        Assert.Empty(pool.Got<PushSolution>());
        FoundBlock block = Assert.Single(harness.Last.OfType<Effect.Save>()).Block;
        harness.Provider.Template(3, future: true);
        harness.Provider.Send(new Sv2.Protocol.TemplateDistribution.SetNewPrevHash(
            3,
            block.BlockHash,
            (uint)harness.Now.ToUnixTimeSeconds(),
            FakeProvider.EasyBits,
            CompactTarget.ToTarget(FakeProvider.EasyBits)));
        Assert.Equal(block.BlockHash, Assert.Single(harness.Reports.OfType<CoreReport.BlockConfirmed>()).BlockHash);

        pool.AcknowledgeDeclaration();
        Assert.Single(pool.Got<PushSolution>());
        Assert.Equal(CoreHarness.Hash(1), Assert.Single(pool.Got<SetCustomMiningJob>()).PrevHash);
        uint job = pool.AcknowledgeJob();
        Assert.Equal(job, Assert.Single(pool.Got<SubmitSharesExtended>()).JobId);
        Assert.Equal(0, harness.Snapshot().Source.UpstreamId);

        // It is sent once.
        harness.Provider.Transactions(3);
        pool.AcknowledgeDeclaration();
        pool.AcknowledgeJob();
        Assert.Empty(pool.Got<SubmitSharesExtended>());
    }

    [Fact]
    public void A_block_s_share_of_a_former_tip_does_not_go_out_under_another_extranonce_prefix()
    {
        // The pool takes the job with the new prefix; a header of the old one would be a wrong share there.
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool(bits: FakeProvider.EasyBits);
        harness.Provider.Template(2, future: false);
        harness.Provider.Transactions(2);
        miner.Mine(block: true);
        FoundBlock block = Assert.Single(harness.Last.OfType<Effect.Save>()).Block;
        harness.Provider.Template(3, future: true);
        harness.Provider.Send(new Sv2.Protocol.TemplateDistribution.SetNewPrevHash(
            3,
            block.BlockHash,
            (uint)harness.Now.ToUnixTimeSeconds(),
            FakeProvider.EasyBits,
            CompactTarget.ToTarget(FakeProvider.EasyBits)));
        pool.AcknowledgeDeclaration();
        Assert.Single(pool.Got<SetCustomMiningJob>());

        pool.Send(new SetExtranoncePrefix(40, new byte[] { 1, 1, 1, 1 }));
        pool.AcknowledgeJob();
        Assert.Empty(pool.Sent<SubmitSharesExtended>());
        Assert.Empty(harness.Reports.OfType<CoreReport.StrayMessage>());
    }

    [Fact]
    public void A_block_found_while_the_provider_is_away_is_submitted_on_its_return()
    {
        (CoreHarness harness, FakeMiner miner) = Solo();
        harness.Provider.Lose();
        miner.Mine(block: true);
        Assert.Single(harness.Reports.OfType<CoreReport.BlockFound>(), static found => !found.Submitted);
        FoundBlock block = Assert.Single(harness.Last.OfType<Effect.Save>()).Block;
        harness.PassSeconds(2);
        harness.Provider.Connect();
        Assert.Equal(block.Solution, Assert.Single(harness.Provider.Got<SubmitSolution>()));
        Assert.Single(harness.Reports.OfType<CoreReport.BlockResubmitted>());
    }

    [Fact]
    public void A_block_that_went_out_just_before_the_provider_was_lost_goes_out_again()
    {
        (CoreHarness harness, FakeMiner miner) = Solo();
        miner.Mine(block: true);
        harness.Provider.Lose();
        harness.PassSeconds(2);
        harness.Provider.Connect();
        Assert.Single(harness.Provider.Got<SubmitSolution>());
    }

    [Fact]
    public void Blocks_of_the_journal_are_submitted_once_their_provider_is_there()
    {
        var first = new CoreHarness(MiningMode.SoloMining);
        first.Provider.Bits = FakeProvider.EasyBits;
        first.Provider.Begin();
        FakeMiner miner = first.Miner();
        miner.OpenExtended();
        miner.Mine(block: true);
        FoundBlock block = Assert.Single(first.Last.OfType<Effect.Save>()).Block;

        var harness = new CoreHarness(MiningMode.SoloMining);
        harness.On(new CoreEvent.UnconfirmedBlock(block));
        harness.On(new CoreEvent.UnconfirmedBlock(block));
        Assert.Empty(harness.Last.OfType<Effect.OnLink>());
        harness.Provider.Connect();
        Assert.Equal(block.Solution, Assert.Single(harness.Provider.Got<SubmitSolution>()));
        Assert.Empty(harness.All.OfType<Effect.Save>());
    }

    [Fact]
    public void Waiting_blocks_are_bounded()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithChannel(
            MiningMode.SoloMining,
            configure: static options => options with { Limits = new CoreLimits { WaitingBlocks = 3 } },
            bits: FakeProvider.EasyBits);
        harness.Provider.Lose();
        for (int i = 0; i < 10; i++)
            miner.Mine(block: true);
        Assert.Equal(10, harness.All.OfType<Effect.Save>().Count());
        harness.PassSeconds(2);
        harness.Provider.Connect();
        Assert.Equal(3, harness.Provider.Got<SubmitSolution>().Count());
    }

    [Fact]
    public void A_block_found_before_the_transactions_are_known_is_saved_again_with_them()
    {
        (CoreHarness harness, FakeMiner miner) = Solo();
        miner.Mine(block: true);
        FoundBlock block = Assert.Single(harness.Last.OfType<Effect.Save>()).Block;
        Assert.Null(block.Transactions);
        harness.Provider.Transactions(1);
        FoundBlock whole = Assert.Single(harness.Last.OfType<Effect.Save>()).Block;
        Assert.Equal(3, whole.Transactions!.Value.Length);
        Assert.Equal(block, whole with { Transactions = null });
        Assert.Single(harness.Reports.OfType<CoreReport.BlockCompleted>());
        Assert.Empty(harness.Provider.Got<SubmitSolution>());
    }

    [Fact]
    public void The_transactions_of_a_found_block_are_taken_after_the_tip_has_changed_too()
    {
        (CoreHarness harness, FakeMiner miner) = Solo();
        miner.Mine(block: true);
        harness.Provider.NewBlock(2, 2);
        harness.Provider.Transactions(2);
        Assert.Empty(harness.Last.OfType<Effect.Save>());
        harness.Provider.Transactions(1);
        Assert.Single(harness.Last.OfType<Effect.Save>(), static save => save.Block.Transactions is { Length: 3 });

        // Those of a template without a block are of no use any more.
        harness.Provider.Template(3, future: false);
        harness.Provider.NewBlock(4, 4);
        harness.Provider.Transactions(3);
        Assert.Empty(harness.Last.OfType<Effect.Save>());
    }

    [Fact]
    public void The_transactions_of_a_found_block_are_asked_for_again_when_they_do_not_come()
    {
        (CoreHarness harness, FakeMiner miner) = Solo();
        miner.Mine(block: true);
        harness.Provider.NewBlock(2, 2);
        harness.PassSeconds(16);
        Assert.Contains(harness.Provider.Got<RequestTransactionData>(), static request => request.TemplateId == 1);
        harness.Provider.Transactions(1);
        Assert.Single(harness.Last.OfType<Effect.Save>());
    }

    [Fact]
    public void The_transactions_of_a_found_block_are_asked_for_again_after_a_refusal_a_few_times()
    {
        // Refused before there was a block.
        (CoreHarness harness, FakeMiner miner) = Solo();
        harness.Provider.RefuseTransactions(1, "busy");
        harness.PassSeconds(20);
        Assert.Empty(harness.Provider.Got<RequestTransactionData>());
        miner.Mine(block: true);
        Assert.Single(harness.Provider.Got<RequestTransactionData>());

        // And after.
        for (int i = 0; i < 3; i++)
        {
            harness.Provider.RefuseTransactions(1, "busy");
            harness.PassSeconds(15);
            Assert.Single(harness.Provider.Got<RequestTransactionData>());
        }

        harness.Provider.RefuseTransactions(1, "busy");
        harness.PassSeconds(20);
        Assert.Empty(harness.Provider.Got<RequestTransactionData>());

        miner.Mine(block: true);
        Assert.Single(harness.Provider.Got<RequestTransactionData>());
        harness.Provider.Transactions(1);
        Assert.Equal(2, harness.Last.OfType<Effect.Save>().Count(static save => save.Block.Transactions is { Length: 3 }));
    }

    [Fact]
    public void A_block_is_whole_whose_transactions_came_after_their_deadline()
    {
        (CoreHarness harness, FakeMiner miner) = Solo();
        harness.PassSeconds(16);
        harness.Provider.Transactions(1);
        miner.Mine(block: true);
        Assert.Equal(3, Assert.Single(harness.Last.OfType<Effect.Save>()).Block.Transactions!.Value.Length);
    }

    [Theory]
    [InlineData(MiningMode.SoloMining)]
    [InlineData(MiningMode.CoinbaseOnly)]
    [InlineData(MiningMode.FullTemplate)]
    public void Miners_go_back_to_a_template_that_can_be_published_when_the_provider_is_lost_before_the_rest_of_the_newest(MiningMode mode)
    {
        (CoreHarness harness, FakeMiner miner) = Solo(mode);
        harness.Provider.Transactions(1);
        harness.Provider.Template(2, future: false);
        uint incomplete = miner.Channel.ActiveJob!.Value;
        harness.Provider.Lose();

        Assert.NotEqual(incomplete, miner.Channel.ActiveJob);
        miner.Mine(block: true);
        Assert.Equal(3, Assert.Single(harness.Last.OfType<Effect.Save>()).Block.Transactions!.Value.Length);
    }

    [Fact]
    public void Miners_go_back_to_a_template_that_can_be_published_when_the_provider_does_not_give_the_rest_of_the_newest()
    {
        (CoreHarness harness, FakeMiner miner) = Solo();
        harness.Provider.Transactions(1);
        harness.Provider.Template(2, future: false);
        harness.PassSeconds(16);
        miner.Mine(block: true);
        Assert.Equal(3, Assert.Single(harness.Last.OfType<Effect.Save>()).Block.Transactions!.Value.Length);

        // The next one is mined again.
        uint whole = miner.Channel.ActiveJob!.Value;
        harness.Provider.Template(3, future: false);
        Assert.NotEqual(whole, miner.Channel.ActiveJob);
    }

    [Fact]
    public void A_block_of_a_template_of_a_former_connection_is_offered_on_the_present_one()
    {
        // One that was not restarted still knows the template; of one that was, number 1 is another, which the block does not
        // fit.
        (CoreHarness harness, FakeMiner miner) = Solo();
        harness.Provider.Transactions(1);
        uint before = miner.Channel.ActiveJob!.Value;
        uint time = miner.Channel.PrevHash!.MinNTime;
        harness.Provider.Lose();
        harness.PassSeconds(2);
        harness.Provider.Connect();
        harness.Provider.Template(1, future: true);
        harness.Provider.Send(new Sv2.Protocol.TemplateDistribution.SetNewPrevHash(
            1, CoreHarness.Hash(1), time, FakeProvider.EasyBits, CompactTarget.ToTarget(FakeProvider.EasyBits)));
        Assert.NotEqual(before, miner.Channel.ActiveJob);
        miner.Mine(block: true, jobId: before);
        Assert.Single(harness.Provider.Got<SubmitSolution>());
        CoreReport.BlockFound found = Assert.Single(harness.Reports.OfType<CoreReport.BlockFound>());
        Assert.False(found.Submitted);
        Assert.NotNull(found.Block.Transactions);
        miner.Mine(block: true);
        Assert.Single(harness.Provider.Got<SubmitSolution>());
    }

    [Fact]
    public void A_block_of_the_provider_that_stands_by_now_goes_to_it_and_not_to_the_one_that_is_mined_from()
    {
        var harness = new CoreHarness(
            MiningMode.SoloMining, configure: static options => options with { TemplateProviders = ["a", "b"] });
        var second = new FakeProvider(harness, 1) { Bits = FakeProvider.EasyBits };
        harness.Provider.Bits = FakeProvider.EasyBits;
        second.Begin();
        FakeMiner miner = harness.Miner();
        miner.OpenExtended();
        uint before = miner.Channel.ActiveJob!.Value;
        harness.Provider.Begin();
        harness.PassSeconds(31);
        Assert.NotEqual(before, miner.Channel.ActiveJob);
        miner.Mine(block: true, jobId: before);
        Assert.Single(second.Got<SubmitSolution>());
        Assert.Empty(harness.Provider.Got<SubmitSolution>());
    }

    [Fact]
    public void A_whole_block_is_offered_to_its_provider_when_that_is_back()
    {
        (CoreHarness harness, FakeMiner miner) = Solo();
        harness.Provider.Transactions(1);
        harness.Provider.Lose();
        miner.Mine(block: true);
        Assert.Single(harness.Reports.OfType<CoreReport.BlockFound>(), static found => !found.Submitted);
        harness.PassSeconds(2);
        harness.Provider.Connect();
        FoundBlock block = Assert.Single(harness.All.OfType<Effect.Save>()).Block;
        Assert.Equal(block.Solution, Assert.Single(harness.Provider.Got<SubmitSolution>()));
        harness.Provider.Template(1, future: true);
        harness.Provider.Send(new Sv2.Protocol.TemplateDistribution.SetNewPrevHash(
            1, block.BlockHash, 1, FakeProvider.EasyBits, CompactTarget.ToTarget(FakeProvider.EasyBits)));
        Assert.Single(harness.Reports.OfType<CoreReport.BlockConfirmed>());
    }

    private static (CoreHarness Harness, FakeMiner Miner) Solo(MiningMode mode = MiningMode.SoloMining) =>
        Start.WithChannel(mode, bits: FakeProvider.EasyBits);

    private static void AssertIsBlock(FoundBlock block, SubmitSolution solution, ulong template)
    {
        Assert.Equal(solution, block.Solution);
        Assert.Equal(template, solution.TemplateId);
        BlockHeader header = BlockHeader.Read(block.Header.Span);
        Assert.Equal(block.BlockHash, header.Hash());
        Assert.True(block.BlockHash <= CompactTarget.ToTarget(header.NBits));
        Assert.Equal((solution.Version, solution.HeaderTimestamp, solution.HeaderNonce), (header.Version, header.Time, header.Nonce));
        Assert.True(Transaction.TryParse(solution.CoinbaseTx, out Transaction? coinbase, out _));
        Assert.True(coinbase.HasWitness);
        Assert.Equal(2, coinbase.Outputs.Length);
        Assert.Equal(
            header.MerkleRoot,
            Merkle.RootFromPath(coinbase.ComputeTxid(), FakeProvider.NewTemplate(template, false).MerklePath.AsSpan()));
    }
}
