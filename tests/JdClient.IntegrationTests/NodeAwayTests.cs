using System.Collections.Concurrent;
using Bitcoin;
using BitcoinCore.Ipc;
using JdClient.Core;
using Testbed.Daemons;
using Testbed.Farms;
using Testbed.Miners;
using Xunit;

namespace JdClient.IntegrationTests;

/// <summary>Blocks found while the only node that gives templates is away.</summary>
public sealed class NodeAwayTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_node_that_comes_back_without_its_templates_gets_the_block_whole()
    {
        await using var farm = new Farm(
            new FarmOptions { Mode = FarmMode.Solo, Ipc = NodeGeneration.V32, UntilBlocks = 0, BlockInterval = TimeSpan.FromSeconds(1) },
            TimeProvider.System);
        await farm.StartAsync(Cancel);
        var found = new ConcurrentQueue<FoundBlock>();
        ((InProcessDaemon)farm.Daemon).Host.Reports.Subscribe(report =>
        {
            if (report is CoreReport.BlockFound block)
                found.Enqueue(block.Block);
        });
        await farm.WaitUntilAsync(() => farm.AcceptedBlocks > 0, "a block", Cancel);
        while (true)
        {
            SetHashing(farm, false);
            await farm.Node!.StopAsync();
            found.Clear();
            SetHashing(farm, true);
            await farm.WaitUntilAsync(() => !found.IsEmpty, "a block while the node is away", Cancel);
            SetHashing(farm, false);
            U256 tip = farm.Chain.Tip.Hash;
            int connections = farm.ProviderCounters.Connections;
            farm.Node.Start();
            if (found.Any(block => block.Transactions is not null && IsOn(tip, block)))
                break;

            // The node had not told its last tip, or not given the transactions of its last template: nobody could publish these.
            await farm.WaitUntilAsync(() => farm.ProviderCounters.Connections > connections, "the node is found again", Cancel);
        }

        await farm.WaitUntilAsync(() => found.Any(block => farm.Chain.Contains(block.BlockHash)), "one of them in the chain", Cancel);
        Assert.Equal(0, farm.Report().MinerDisconnects);
    }

    private static bool IsOn(U256 tip, FoundBlock block) => block.Header.Slice(4, 32).Span.SequenceEqual(tip.ToLittleEndian());

    private static void SetHashing(Farm farm, bool hashing)
    {
        foreach (MiningDevice miner in farm.Miners)
            miner.Hashing = hashing;
    }
}
