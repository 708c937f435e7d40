using System.Net.Sockets;
using BitcoinCore.Ipc;
using Testbed.Daemons;
using Testbed.Farms;
using Xunit;

namespace JdClient.IntegrationTests;

/// <summary>The main job with templates from a Bitcoin Core node's own socket.</summary>
public sealed class NodeSocketTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(NodeGeneration.V30)]
    [InlineData(NodeGeneration.V31)]
    [InlineData(NodeGeneration.V32)]
    public async Task Templates_over_the_nodes_socket_make_blocks_in_every_mode_and_lose_nothing(NodeGeneration generation) =>
        // Side by side: most of a farm's time is waiting.
        await Task.WhenAll(Enum.GetValues<FarmMode>().Select(mode => MineAsync(mode, generation)));

    [Fact]
    public async Task A_node_killed_and_started_again_is_found_again_and_no_miner_notices()
    {
        await using Farm farm = Solo(NodeGeneration.V32);
        await farm.StartAsync(Cancel);
        await farm.WaitUntilAsync(() => farm.AcceptedBlocks > 0, "a block", Cancel);
        for (int i = 0; i < 3; i++)
        {
            await farm.Node!.StopAsync();
            int before = farm.ProviderCounters.Templates;
            farm.Node.Start();
            await farm.WaitUntilAsync(() => farm.ProviderCounters.Templates > before, "a template after the restart", Cancel);
        }

        Assert.All(farm.Miners, miner => Assert.Equal(0, miner.Counters.Disconnects));
        Assert.InRange(farm.Node!.LiveTemplates, 1, 64);
    }

    [Fact]
    public async Task A_node_in_its_initial_block_download_is_waited_for_and_the_log_says_so()
    {
        await using Farm farm = Solo(NodeGeneration.V31);
        farm.Node!.Downloading = true;
        await farm.StartAsync(Cancel);
        await farm.WaitUntilAsync(() => Says(farm.Daemon, "initial block download, at height 100"), "the line about it", Cancel);
        Assert.Equal(0, farm.ProviderCounters.Templates);

        farm.Node.Downloading = false;

        await farm.WaitUntilAsync(() => farm.AcceptedBlocks > 0, "a block", Cancel);
    }

    [Fact]
    public async Task A_node_of_another_network_is_named_with_what_to_correct()
    {
        await using Farm farm = Solo(NodeGeneration.V30, network: "mainnet");
        await farm.StartAsync(Cancel);

        await farm.WaitUntilAsync(
            () => Says(farm.Daemon, "correct network or the path: a test chain's node listens on"), "the line about it", Cancel);

        Assert.Equal(0, farm.ProviderCounters.Templates);
    }

    [Fact]
    public async Task Another_program_on_the_nodes_socket_is_named_and_the_node_found_again_when_it_is_back()
    {
        await using Farm farm = Solo(NodeGeneration.V32);
        await farm.StartAsync(Cancel);
        await farm.WaitUntilAsync(() => farm.AcceptedBlocks > 0, "a block", Cancel);
        await farm.Node!.StopAsync();
        File.Delete(farm.Node.SocketPath);

        using (var other = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            other.Bind(new UnixDomainSocketEndPoint(farm.Node.SocketPath));
            other.Listen();
            using Socket client = await other.AcceptAsync(Cancel);
            await client.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), Cancel);
            await farm.WaitUntilAsync(
                () => Says(farm.Daemon, "does not offer a Bitcoin Core mining interface"), "the line about it", Cancel);
        }

        int blocks = farm.AcceptedBlocks;
        farm.Node.Start();
        await farm.WaitUntilAsync(() => farm.AcceptedBlocks > blocks, "a block of the node that is back", Cancel);
        Assert.All(farm.Miners, miner => Assert.Equal(0, miner.Counters.Disconnects));
    }

    private static async Task MineAsync(FarmMode mode, NodeGeneration generation)
    {
        await using var farm = new Farm(
            new FarmOptions { Mode = mode, Ipc = generation, Miners = 3, BlockInterval = TimeSpan.FromSeconds(1) }, TimeProvider.System);
        await farm.StartAsync(Cancel);

        FarmReport report = await farm.RunAsync(Cancel);

        Assert.True(
            report.Ok, string.Join(Environment.NewLine, [$"{mode} {report}", .. report.Problems, .. farm.Daemon.LogTail.TakeLast(80)]));
        Assert.True(report.BlocksAcceptedByProvider >= 3);
        Assert.Equal((0, 0, 0), (report.SharesRejected, report.MinerDisconnects, report.SharesLost));
    }

    private static Farm Solo(NodeGeneration generation, string network = "regtest") =>
        new(new FarmOptions { Mode = FarmMode.Solo, Ipc = generation, NodeNetwork = network, UntilBlocks = 0 }, TimeProvider.System);

    private static bool Says(IDaemon daemon, string what) =>
        daemon.LogTail.Any(line => line.Contains(what, StringComparison.Ordinal));
}
