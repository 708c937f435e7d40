using BitcoinCore.Ipc;
using Testbed.Consensus;
using Testbed.Farms;
using Xunit;

namespace JdClient.IntegrationTests;

/// <summary>Test networks let the difficulty fall when no block comes: the tip stays, the next header's nBits change.</summary>
public sealed class FallingDifficultyTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Miners_of_a_nodes_templates_follow_and_find_the_easier_block()
    {
        var options = new FarmOptions
        {
            Mode = FarmMode.Solo,
            Ipc = NodeGeneration.V31,
            UntilBlocks = 0,
            Miners = 1,
            BlockInterval = TimeSpan.FromDays(10),
        };
        await using var farm = new Farm(options, TimeProvider.System);
        await farm.StartAsync(Cancel);
        await farm.WaitUntilAsync(() => farm.Miners.All(miner => miner.Counters.SharesAccepted > 0), "a share", Cancel);
        Assert.Equal(0, farm.AcceptedBlocks);

        farm.Chain.ChangeBits(Work.BitsOfTarget(Work.TargetOfHashes(2)));

        await farm.WaitUntilAsync(() => farm.AcceptedBlocks > 0, "a block of the easier target", Cancel);
    }
}
