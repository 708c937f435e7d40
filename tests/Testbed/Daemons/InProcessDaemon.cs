using System.Collections.Immutable;
using JdClient;
using JdClient.Configuration;
using JdClient.Core;
using Microsoft.Extensions.Logging;

namespace Testbed.Daemons;

/// <summary>The daemon of this repository inside this process.</summary>
public sealed class InProcessDaemon : IDaemon
{
    private readonly JdClientHost _host;
    private readonly LogTail _log;

    private InProcessDaemon(JdClientHost host, LogTail log) => (_host, _log) = (host, log);

    /// <inheritdoc/>
    public event Action<string>? Logged
    {
        add => _log.Added += value;
        remove => _log.Added -= value;
    }

    /// <inheritdoc/>
    public int Port => _host.DownstreamEndPoint.Port;

    /// <inheritdoc/>
    public int ProcessId => Environment.ProcessId;

    /// <inheritdoc/>
    public IReadOnlyList<string> LogTail => _log.Lines;

    /// <summary>The daemon, for what tests want to see of it.</summary>
    public JdClientHost Host => _host;

    /// <summary>Starts it.</summary>
    /// <exception cref="InvalidOperationException">The configuration is not accepted.</exception>
    /// <param name="configuration">Its configuration; port 0 takes a free one.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="onReport">Sees every report of its channel manager.</param>
    public static async Task<InProcessDaemon> StartAsync(
        DaemonConfiguration configuration, TimeProvider time, CancellationToken cancellationToken, Action<CoreReport>? onReport = null)
    {
        ConfigurationResult result = ConfigurationLoader.Parse(
            configuration.ToToml(), "farm", ImmutableDictionary<string, string>.Empty, Path.GetTempPath());
        if (result.Configuration is null)
            throw new InvalidOperationException(string.Join(Environment.NewLine, result.Problems));
        var log = new LogTail(time);
        JdClientHost host = JdClientHost.Build(result.Configuration, new JdClientHostOptions
        {
            TimeProvider = time,
            ConfigureLogging = logging => logging.AddProvider(log),
        });
        if (onReport is not null)
            host.Reports.Subscribe(onReport);
        try
        {
            await host.StartAsync(cancellationToken);
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }

        return new InProcessDaemon(host, log);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        await _host.DisposeAsync();
        _log.Dispose();
    }
}
