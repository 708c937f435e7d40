using Testbed.Daemons;
using Testbed.Farms;
using TestSupport;
using Xunit;

namespace JdClient.IntegrationTests;

/// <summary>SIGHUP while miners mine.</summary>
public sealed class ReloadTests
{
    private const string Upstream = "[[upstreams]]";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DaemonBuild.Runtime)]
    [InlineData(DaemonBuild.Published)]
    public async Task Another_list_of_pools_is_mined_for_a_bad_file_changes_nothing_and_no_miner_is_touched(DaemonBuild build)
    {
        var options = new FarmOptions
        {
            Pools = 2,
            UntilBlocks = 0,
            DaemonCommand = Builds.Command(build),
            ExtraTables = "[fallback]\nstability_secs = 1",
        };
        await using var farm = new Farm(options, TimeProvider.System);
        await farm.StartAsync(Cancel);
        var daemon = (ProcessDaemon)farm.Daemon;
        string both = await File.ReadAllTextAsync(daemon.ConfigurationFile, Cancel);
        await MinesForAsync(farm, 0);
        await farm.WaitUntilAsync(() => farm.IsAtWork, "every miner has work", Cancel);

        await ReloadAsync(daemon, WithoutFirstPool(both));
        await MinesForAsync(farm, 1);

        await ReloadAsync(daemon, both + "\nthis is no configuration");
        await farm.WaitUntilAsync(() => Says(daemon, "the one before stays in effect"), "the line about the bad file", Cancel);
        Assert.Contains(daemon.LogTail, line => line.Contains("jdc-config.toml", StringComparison.Ordinal)
            && line.Contains("Configuration:", StringComparison.Ordinal));
        await MinesForAsync(farm, 1);

        await ReloadAsync(daemon, both);
        await MinesForAsync(farm, 0);

        Assert.False(daemon.HasExited);
        FarmReport report = farm.Report();
        Assert.Equal((0, 0), (report.MinerDisconnects, report.SharesRejected));
        Assert.All(farm.Miners, miner => Assert.Empty(miner.Counters.Violations));
        Assert.All(farm.Sites, site => Assert.Empty(site.Pool.Counters.SharesRefused));
    }

    private static async Task ReloadAsync(ProcessDaemon daemon, string text)
    {
        await File.WriteAllTextAsync(daemon.ConfigurationFile, text, Cancel);
        await daemon.ReloadAsync(Cancel);
    }

    private static async Task MinesForAsync(Farm farm, int pool)
    {
        int shares = farm.Sites[pool].Pool.Counters.SharesAccepted;
        await farm.WaitUntilAsync(
            () => farm.Source == farm.Sites[pool].Name && farm.Sites[pool].Pool.Counters.SharesAccepted > shares,
            $"shares of the present reach pool {pool + 1}", Cancel);
    }

    private static string WithoutFirstPool(string text)
    {
        int first = text.IndexOf(Upstream, StringComparison.Ordinal);
        return text.Remove(first, text.IndexOf(Upstream, first + 1, StringComparison.Ordinal) - first);
    }

    private static bool Says(ProcessDaemon daemon, string what) =>
        daemon.LogTail.Any(line => line.Contains(what, StringComparison.Ordinal));
}
