using System.Net;
using Bitcoin;
using JdClient.Configuration;
using JdClient.Core;
using JdClient.Reload;
using Microsoft.Extensions.Logging;
using Sv2.Protocol;
using Sv2.Transport;

namespace JdClient.Tests.Hosting;

/// <summary>A daemon in this process on a free loopback port, without a template provider behind it, and its log.</summary>
internal sealed class TestDaemon : IAsyncDisposable
{
    private TestDaemon(JdClientHost host, LogCapture log, JdcConfiguration configuration) =>
        (Host, Log, Configuration) = (host, log, configuration);

    internal JdClientHost Host { get; }

    internal LogCapture Log { get; }

    internal JdcConfiguration Configuration { get; }

    internal IPEndPoint EndPoint => Host.DownstreamEndPoint;

    internal static JdcConfiguration Solo()
    {
        Assert.True(AuthoritySecretKey.TryParse(Tests.Configuration.ConfigText.ExampleSecret, out AuthoritySecretKey? key, out _));
        return new JdcConfiguration
        {
            Downstream = new DownstreamConfiguration { ListeningAddress = new IPEndPoint(IPAddress.Loopback, 0), Authority = key },
            // Port 1 on loopback refuses: the daemon has to live without templates.
            TemplateProviders = [new TemplateProviderConfiguration.Sv2Tp { Endpoint = new PeerEndpoint("127.0.0.1", 1) }],
            Mode = MiningMode.SoloMining,
            CoinbaseRewardScript = new RewardScript("raw(51)", new byte[] { 0x51 }),
            MinerTag = "test",
        };
    }

    internal static async Task<TestDaemon> StartAsync(
        Func<JdcConfiguration, JdcConfiguration>? change = null, TimeProvider? time = null, ReloadSource? reload = null)
    {
        JdcConfiguration configuration = Solo();
        configuration = change?.Invoke(configuration) ?? configuration;
        var log = new LogCapture();
        var host = JdClientHost.Build(configuration, new JdClientHostOptions
        {
            TimeProvider = time ?? TimeProvider.System,
            ConfigureLogging = logging => logging.AddProvider(log),
            Seed = 1,
            Reload = reload,
        });
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new TestDaemon(host, log, configuration);
    }

    /// <summary>A miner's connection with a checked certificate.</summary>
    internal async Task<Sv2Connection> ConnectAsync()
    {
        ConnectResult result = await Sv2Connector.ConnectAsync(
            EndPoint.Address.ToString(),
            EndPoint.Port,
            new ClientSecurity.Authenticated(Configuration.Downstream.Authority.PublicKey.XOnly.ToArray()),
            new ConnectionOptions { Peer = PeerRole.MiningServer, FirstMessageTimeout = Timeout.InfiniteTimeSpan },
            TestContext.Current.CancellationToken);
        Assert.True(result.IsConnected, result.Failure?.ToString());
        return result.Connection;
    }

    public async ValueTask DisposeAsync()
    {
        await Host.StopAsync(CancellationToken.None);
        await Host.DisposeAsync();
    }
}
