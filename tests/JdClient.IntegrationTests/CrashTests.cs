using TestSupport;
using Xunit;

namespace JdClient.IntegrationTests;

/// <summary>
/// The daemon as a process of its own, ended around a found block. Whatever the moment: a block that its miner was told of, or that
/// anybody saw, gets to the node.
/// </summary>
public sealed class CrashTests
{
    private const int Lanes = 4;
    private const int KillsPerLane = 5;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_block_reaches_the_node_whenever_the_daemon_is_killed()
    {
        Task[] lanes =
        [
            .. Enumerable.Range(0, Lanes).Select(lane => Task.Run(
                async () =>
                {
                    await using var crash = new CrashLane(seed: 100 + lane, CrashWay.Killed);
                    await crash.RunAsync(KillsPerLane, Cancel);
                },
                Cancel)),
        ];
        await Task.WhenAll(lanes);
    }

    [Fact]
    public async Task A_block_reaches_the_node_whenever_the_daemon_is_told_to_stop()
    {
        await using var crash = new CrashLane(seed: 7, CrashWay.Stopped);
        await crash.RunAsync(KillsPerLane, Cancel);
    }

    [Theory]
    [InlineData(CrashWay.Killed)]
    [InlineData(CrashWay.Stopped)]
    public async Task A_block_reaches_the_node_whenever_the_published_program_ends(CrashWay way)
    {
        await using var crash = new CrashLane(seed: 200, way, DaemonBuild.Published);
        await crash.RunAsync(KillsPerLane, Cancel);
    }
}
