using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.RegularExpressions;
using JdClient.Configuration;
using Testbed.Consensus;
using Testbed.Miners;
using Testbed.Net;
using Testbed.Nodes;
using Testbed.Pools;
using Testbed.TemplateProviders;
using TestSupport;
using Xunit;

namespace JdClient.IntegrationTests;

/// <summary>
/// Configuration files as people have them, ours and the reference's own: nothing but addresses and peers' keys is replaced, and a
/// block is mined with them.
/// </summary>
public sealed partial class ConfigFileTests
{
    private const double HashesPerBlock = 20_000;
    private const double HashRate = 20_000;

    // Six shares a minute, as the files want them, are too few for a test: the miner understates itself.
    private const double AnnouncedHashRate = 1_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("jdc-config-local-infra-example.toml")]
    [InlineData("jdc-config-hosted-infra-example.toml")]
    [InlineData("jdc-config-solo-mining-example.toml")]
    public async Task A_block_is_mined_with_our_example(string name) =>
        await MineAsync(await File.ReadAllTextAsync(Path.Combine(Repository.Path, "config-examples", name), Cancel));

    [Theory]
    [InlineData("jdc-config-local-infra-example.toml")]
    [InlineData("jdc-config-hosted-infra-example.toml")]
    [InlineData("jdc-config-solo-mining-example.toml")]
    public async Task A_block_is_mined_with_the_references_own_file(string name)
    {
        string mirror = Path.Combine(Repository.Path, "..", ".mirror", "GitGab19+sv2-apps", "repo");
        if (!Directory.Exists(mirror))
            Assert.Skip("needs a mirror of the reference's repository beside this one, which this clone does not have");
        await MineAsync(await ShowAsync(mirror, $"HEAD:miner-apps/jd-client/config-examples/mainnet/{name}"));
    }

    private static async Task MineAsync(string file)
    {
        TimeProvider time = TimeProvider.System;
        var chain = new Chain(new ChainOptions { Bits = Work.BitsOfTarget(Work.TargetOfHashes(HashesPerBlock)) }, time);
        var blockMined = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        chain.BlockJudged += (_, outcome) =>
        {
            if (outcome.Status == BlockStatus.Accepted)
                blockMined.TrySetResult();
        };
        await using var provider = new TemplateProvider(chain, new TemplateProviderOptions(), time);
        await provider.StartAsync(Cancel);
        ImmutableArray<PoolSite> sites =
        [
            .. Pools.Matches(file).Select((_, index) => new PoolSite(index, chain, new PoolSiteOptions { SharesPerMinute = 600 }, time)),
        ];
        foreach (PoolSite site in sites)
            await site.StartAsync(Cancel);
        DirectoryInfo directory = Directory.CreateTempSubdirectory("jdclient-config-");
        try
        {
            await MineAsync(Localized(file, provider, sites), directory.FullName, async () =>
            {
                await blockMined.Task.WaitAsync(Patience, time, Cancel);
                if (sites.Length > 0)
                    await UntilAsync(() => sites[0].Pool.Counters.SharesAccepted > 0, "a share at the first pool", time);
            });
        }
        finally
        {
            foreach (PoolSite site in sites)
                await site.DisposeAsync();
            directory.Delete(recursive: true);
        }
    }

    private static async Task MineAsync(string text, string directory, Func<Task> goal)
    {
        ConfigurationResult result = ConfigurationLoader.Parse(text, "file", ImmutableDictionary<string, string>.Empty, directory);
        Assert.NotNull(result.Configuration);
        await using JdClientHost host = JdClientHost.Build(result.Configuration);
        await host.StartAsync(Cancel);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var miner = new MiningDevice(
            new MiningDeviceOptions
            {
                Server = new ServerAddress("127.0.0.1", host.DownstreamEndPoint.Port, null),
                HashRate = HashRate,
                AnnouncedHashRate = AnnouncedHashRate,
            },
            TimeProvider.System);
        Task mining = miner.RunAsync(stop.Token);
        await goal();
        await stop.CancelAsync();
        await mining;
        await host.StopAsync(CancellationToken.None);
        Assert.Empty(miner.Counters.Violations);
        Assert.Equal(0, miner.Counters.Disconnects);
    }

    // Line by line, so that everything else of the file is as it was.
    private static string Localized(string file, TemplateProvider provider, ImmutableArray<PoolSite> sites)
    {
        var text = new List<string>();
        int pool = -1;
        foreach (string line in file.Split('\n'))
        {
            if (Pools.IsMatch(line))
                pool++;
            Match key = Key.Match(line);
            string? value = key.Groups[1].Value switch
            {
                "listening_address" or "monitoring_address" => "\"127.0.0.1:0\"",
                "authority_pubkey" => $"\"{sites[pool].KeyText}\"",
                "pool_address" or "jds_address" => "\"127.0.0.1\"",
                "pool_port" => $"{sites[pool].Pool.Port}",
                "jds_port" => $"{sites[pool].Declarator.Port}",
                "address" => $"\"127.0.0.1:{provider.Port}\"",
                "public_key" => $"\"{provider.KeyText}\"",
                _ => null,
            };
            text.Add(value is null ? line : $"{key.Groups[1].Value} = {value}");
        }

        return string.Join('\n', text);
    }

    private static async Task UntilAsync(Func<bool> condition, string what, TimeProvider time)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50), time);
        long begin = time.GetTimestamp();
        while (!condition())
        {
            Assert.True(time.GetElapsedTime(begin) < Patience, $"not in time: {what}");
            await timer.WaitForNextTickAsync(Cancel);
        }
    }

    private static async Task<string> ShowAsync(string mirror, string what)
    {
        var start = new ProcessStartInfo("git", [$"--git-dir={mirror}", "show", what]) { RedirectStandardOutput = true };
        using Process git = Process.Start(start)!;
        string text = await git.StandardOutput.ReadToEndAsync(Cancel);
        await git.WaitForExitAsync(Cancel);
        Assert.Equal(0, git.ExitCode);
        return text;
    }

    [GeneratedRegex(@"^\[\[upstreams\]\]", RegexOptions.Multiline)]
    private static partial Regex Pools { get; }

    [GeneratedRegex(@"^(\w+) *=")]
    private static partial Regex Key { get; }
}
