using JdClient.Core.Tests.Harness;
using Sv2.Protocol.TemplateDistribution;
using Xunit;

namespace JdClient.Core.Tests.Blocks;

/// <summary>Blocks whose provider is away, is another by now, or that an earlier run found.</summary>
public sealed class BlockResubmissionTests
{
    [Fact]
    public void A_block_found_while_the_provider_is_away_is_submitted_on_its_return()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithBlocks();
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
        (CoreHarness harness, FakeMiner miner) = Start.WithBlocks();
        miner.Mine(block: true);
        harness.Provider.Lose();
        harness.PassSeconds(2);
        harness.Provider.Connect();
        Assert.Single(harness.Provider.Got<SubmitSolution>());
    }

    [Fact]
    public void A_whole_block_is_offered_to_its_provider_when_that_is_back()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithBlocks();
        harness.Provider.Transactions(1);
        harness.Provider.Lose();
        miner.Mine(block: true);
        Assert.Single(harness.Reports.OfType<CoreReport.BlockFound>(), static found => !found.Submitted);
        harness.PassSeconds(2);
        harness.Provider.Connect();
        FoundBlock block = Assert.Single(harness.All.OfType<Effect.Save>()).Block;
        Assert.Equal(block.Solution, Assert.Single(harness.Provider.Got<SubmitSolution>()));
        harness.Provider.Template(1, future: true);
        harness.Provider.Tip(1, block.BlockHash, 1);
        Assert.Single(harness.Reports.OfType<CoreReport.BlockConfirmed>());
    }

    [Fact]
    public void A_block_of_a_template_of_a_former_connection_is_offered_on_the_present_one()
    {
        // One that was not restarted still knows the template; of one that was, number 1 is another, which the block does not
        // fit.
        (CoreHarness harness, FakeMiner miner) = Start.WithBlocks();
        harness.Provider.Transactions(1);
        uint before = miner.Channel.ActiveJob!.Value;
        uint time = miner.Channel.PrevHash!.MinNTime;
        harness.Provider.Lose();
        harness.PassSeconds(2);
        harness.Provider.Connect();
        harness.Provider.Template(1, future: true);
        harness.Provider.Tip(1, CoreHarness.Hash(1), time);
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
    public void Blocks_of_the_journal_are_submitted_once_their_provider_is_there()
    {
        (CoreHarness first, FakeMiner miner) = Start.WithBlocks();
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
        (CoreHarness harness, FakeMiner miner) = Start.WithBlocks(
            configure: static options => options with { Limits = new CoreLimits { WaitingBlocks = 3 } });
        harness.Provider.Lose();
        for (int i = 0; i < 10; i++)
            miner.Mine(block: true);
        Assert.Equal(10, harness.All.OfType<Effect.Save>().Count());
        harness.PassSeconds(2);
        harness.Provider.Connect();
        Assert.Equal(3, harness.Provider.Got<SubmitSolution>().Count());
    }
}
