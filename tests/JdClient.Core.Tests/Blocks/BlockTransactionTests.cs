using JdClient.Core.Tests.Harness;
using Sv2.Protocol.TemplateDistribution;
using Xunit;

namespace JdClient.Core.Tests.Blocks;

/// <summary>The transactions that make a found block whole, so that any node can publish it.</summary>
public sealed class BlockTransactionTests
{
    [Fact]
    public void A_block_found_before_the_transactions_are_known_is_saved_again_with_them()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithBlocks();
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
        (CoreHarness harness, FakeMiner miner) = Start.WithBlocks();
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
        (CoreHarness harness, FakeMiner miner) = Start.WithBlocks();
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
        (CoreHarness harness, FakeMiner miner) = Start.WithBlocks();
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
        (CoreHarness harness, FakeMiner miner) = Start.WithBlocks();
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
        (CoreHarness harness, FakeMiner miner) = Start.WithBlocks(mode);
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
        (CoreHarness harness, FakeMiner miner) = Start.WithBlocks();
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
}
