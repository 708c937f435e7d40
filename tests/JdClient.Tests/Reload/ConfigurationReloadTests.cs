using System.Collections.Immutable;
using JdClient.Configuration;
using JdClient.Core;
using JdClient.Logging;
using JdClient.Reload;
using JdClient.Tests.Hosting;
using Microsoft.Extensions.Logging;

namespace JdClient.Tests.Reload;

public sealed class ConfigurationReloadTests
{
    private readonly Log _log = new();
    private ConfigurationResult _file;

    public ConfigurationReloadTests() => _file = new ConfigurationResult(Pooled(1), []);

    [Fact]
    public async Task Another_list_of_pools_and_other_limits_are_taken_over_and_named()
    {
        await using TestDaemon daemon = await StartAsync();
        _file = new ConfigurationResult(
            Pooled(2, 1) with
            {
                Limits = new LimitConfiguration { MaxConnections = 7 },
                Log = new LogConfiguration { Level = LogLevel.Debug },
            },
            []);
        daemon.Host.RequestReload();

        await daemon.Log.WaitForAsync(1021);
        string line = Assert.Single(Lines(daemon, 1021));
        Assert.Contains("limits.max_connections", line, StringComparison.Ordinal);
        Assert.Contains("upstreams.pool_port", line, StringComparison.Ordinal);
        Assert.Contains("log_level", line, StringComparison.Ordinal);
        Assert.Equal(LogLevel.Debug, _log.Level);
        Assert.Equal(1, _log.Reopened);

        // The same again: by its line everything of the first is over.
        daemon.Host.RequestReload();
        await daemon.Log.WaitForAsync(1021, "nothing that can be changed");
        Assert.Empty(Lines(daemon, 1023));
    }

    [Fact]
    public async Task A_file_with_errors_changes_nothing_and_says_why()
    {
        await using TestDaemon daemon = await StartAsync();
        _file = ConfigurationLoader.Parse("mode = 7", "test.toml", ImmutableDictionary<string, string>.Empty, "/etc/jdc");
        daemon.Host.RequestReload();

        await daemon.Log.WaitForAsync(1022);
        Assert.Contains(Lines(daemon, 1020), line => line.Contains("mode", StringComparison.Ordinal));
        Assert.Empty(Lines(daemon, 1021));
        Assert.Null(_log.Level);
        Assert.Equal(1, _log.Reopened);
    }

    [Fact]
    public async Task What_needs_a_restart_is_named_and_only_that()
    {
        await using TestDaemon daemon = await StartAsync();
        _file = new ConfigurationResult(Pooled(1) with { MinerTag = "another", SharesPerMinute = 12 }, []);
        daemon.Host.RequestReload();

        await daemon.Log.WaitForAsync(1023);
        Assert.EndsWith("only: jdc_signature, shares_per_minute", Assert.Single(Lines(daemon, 1023)), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Lines(TestDaemon daemon, int eventId) =>
        daemon.Log.Lines.Where(line => line.EventId == eventId).Select(line => line.Text);

    private Task<TestDaemon> StartAsync() => TestDaemon.StartAsync(
        _ => _file.Configuration!, reload: new ReloadSource(() => _file, _log));

    // Nobody listens there: what is under test is what the daemon does with the list.
    private static JdcConfiguration Pooled(params ushort[] ports) => TestDaemon.Solo() with
    {
        Mode = MiningMode.FullTemplate,
        Upstreams =
        [
            .. ports.Select(port => new UpstreamConfiguration
            {
                Pool = new PeerEndpoint("127.0.0.1", port),
                JobDeclarator = new PeerEndpoint("127.0.0.1", port),
                PoolAuthority = TestDaemon.Solo().Downstream.Authority.PublicKey,
                JobDeclaratorAuthority = TestDaemon.Solo().Downstream.Authority.PublicKey,
                UserIdentity = "farm",
            }),
        ],
    };

    private sealed class Log : ILogControl
    {
        internal LogLevel? Level { get; private set; }

        internal int Reopened { get; private set; }

        public void SetLevel(LogLevel level) => Level = level;

        public void ReopenFile() => Reopened++;
    }
}
