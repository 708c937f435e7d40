using BitcoinCore.Ipc;
using Testbed.Farms;
using TestSupport;
using Xunit;

namespace JdClient.IntegrationTests;

/// <summary>The main job with the program as it is published.</summary>
public sealed class PublishedProgramTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(FarmMode.FullTemplate, null)]
    [InlineData(FarmMode.CoinbaseOnly, null)]
    [InlineData(FarmMode.Solo, null)]
    [InlineData(FarmMode.FullTemplate, NodeGeneration.V30)]
    [InlineData(FarmMode.FullTemplate, NodeGeneration.V32)]
    public async Task It_finds_three_blocks_and_nothing_is_lost(FarmMode mode, NodeGeneration? node)
    {
        var options = new FarmOptions
        {
            Mode = mode,
            Ipc = node,
            DaemonCommand = Builds.Command(DaemonBuild.Published),
            BlockInterval = TimeSpan.FromSeconds(1),
        };
        await using var farm = new Farm(options, TimeProvider.System);
        await farm.StartAsync(Cancel);

        FarmReport report = await farm.RunAsync(Cancel);

        Assert.True(report.Ok, string.Join(Environment.NewLine, [$"{report}", .. report.Problems, .. farm.Daemon.LogTail.TakeLast(80)]));
        Assert.True(report.BlocksAcceptedByProvider >= 3);
        Assert.Equal((0, 0, 0), (report.SharesRejected, report.MinerDisconnects, report.SharesLost));
    }
}
