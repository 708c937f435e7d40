using System.Net;
using System.Net.Sockets;
using JdClient.Cli;
using JdClient.Configuration;
using JdClient.Core;
using JdClient.Downstream;
using JdClient.Logging;
using JdClient.Reload;
using JdClient.Status;
using JdClient.Upstream;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace JdClient;

/// <summary>What a host is built with beside its configuration.</summary>
public sealed record JdClientHostOptions
{
    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Adds log providers. Default: none, nothing is written.</summary>
    public Action<ILoggingBuilder> ConfigureLogging { get; init; } = _ => { };

    /// <summary>Whether the process's signals stop the host. Default: no, the caller does.</summary>
    public bool HandleSignals { get; init; }

    /// <summary>The service manager that is told of readiness, state and life. Default: none.</summary>
    public SystemdEnvironment Systemd { get; init; } = SystemdEnvironment.None;

    /// <summary>Where SIGHUP, or <see cref="JdClientHost.RequestReload"/>, reads the configuration anew. Default: nowhere.</summary>
    public ReloadSource? Reload { get; init; }

    /// <summary>Seed of retry jitter. Default: random.</summary>
    public ulong? Seed { get; init; }
}

/// <summary>
/// The daemon as an object: built from a configuration, started, stopped. The process's entry uses it, and so do tests
/// and tools that run it beside other roles.
/// </summary>
public sealed class JdClientHost : IAsyncDisposable
{
    /// <summary>A stop takes no longer, whatever peers do.</summary>
    public static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(4.5);

    private readonly IHost _host;

    private JdClientHost(IHost host)
    {
        _host = host;
        Status = host.Services.GetRequiredService<DaemonStatus>();
        Doing = host.Services.GetRequiredService<StatusService>();
        Reports = host.Services.GetRequiredService<CoreReportFeed>();
        EndReasons = host.Services.GetRequiredService<EndReasons>();
    }

    /// <summary>Where the daemon listens and how it ends.</summary>
    public DaemonStatus Status { get; }

    /// <summary>What the daemon is doing and why.</summary>
    public StatusService Doing { get; }

    /// <summary>The channel manager's reports, for observers; subscribe before the start to miss none.</summary>
    public CoreReportFeed Reports { get; }

    /// <summary>How many downstream connections ended for which reason.</summary>
    public EndReasons EndReasons { get; }

    /// <summary>Where miners connect, with the port that the system chose where 0 was asked for.</summary>
    /// <exception cref="InvalidOperationException">The host is not started.</exception>
    public IPEndPoint DownstreamEndPoint =>
        Status.Listening.IsCompletedSuccessfully ? Status.Listening.Result : throw new InvalidOperationException("the host is not started");

    /// <summary>The channel manager's state, at most about a second old; null before the first.</summary>
    public CoreSnapshot? Snapshot => Status.Snapshot;

    /// <summary>Builds a host; nothing is opened yet.</summary>
    /// <param name="configuration">Taken as validated.</param>
    /// <param name="options">Clock, logs, signals.</param>
    public static JdClientHost Build(JdcConfiguration configuration, JdClientHostOptions? options = null)
    {
        options ??= new JdClientHostOptions();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.SetMinimumLevel(configuration.Log.Level);
        options.ConfigureLogging(builder.Logging);
        DaemonServices.Add(builder.Services, configuration, options);
        return new JdClientHost(builder.Build());
    }

    /// <summary>Starts; returns when miners can connect.</summary>
    /// <exception cref="SocketException">The listening address is not to be had.</exception>
    public Task StartAsync(CancellationToken cancellationToken) => _host.StartAsync(cancellationToken);

    /// <summary>
    /// Takes upstreams, fallback, deadlines and the channel manager's limits out of a configuration while miners work; the rest of it
    /// is not looked at. Returns when the channel manager has been told.
    /// </summary>
    /// <param name="changed">Taken as validated.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task ReplaceUpstreamsAsync(JdcConfiguration changed, CancellationToken cancellationToken) =>
        _host.Services.GetRequiredService<ReloadableUpstreams>().ReplaceAsync(changed, cancellationToken);

    /// <summary>
    /// Reads the configuration anew and takes over what can be changed while miners work. The log tells what came of it. Nothing
    /// happens where no <see cref="JdClientHostOptions.Reload"/> was given.
    /// </summary>
    public void RequestReload() => _host.Services.GetService<ConfigurationReload>()?.Request();

    /// <summary>Stops within <see cref="StopTimeout"/> or a little more.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _host.StopAsync(cancellationToken);

    /// <summary>Starts, runs until a signal, a fault or the token ends it, and stops.</summary>
    /// <returns>How it ended.</returns>
    public async Task<ExitCode> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await StartAsync(cancellationToken);
        }
        catch (SocketException)
        {
            // Told by the listener's service.
            return ExitCode.StartFailed;
        }

        var lifetime = _host.Services.GetRequiredService<IHostApplicationLifetime>();
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration byHost = lifetime.ApplicationStopping.Register(() => stopped.TrySetResult());
        await using CancellationTokenRegistration byCaller = cancellationToken.Register(() => stopped.TrySetResult());
        await Task.WhenAny(stopped.Task, Status.Ending);
        ExitCode exitCode = Status.Ending.IsCompleted ? await Status.Ending : ExitCode.Success;
        await StopAsync(CancellationToken.None);
        return Status.Ending.IsCompleted ? await Status.Ending : exitCode;
    }

    /// <summary>
    /// Logs what tasks of this process fail with when nobody awaits them: every task should be supervised, so a line is a
    /// defect. For the process that has one host.
    /// </summary>
    internal void TellUnobservedTasks()
    {
        ILogger<JdClientHost> log = _host.Services.GetRequiredService<ILogger<JdClientHost>>();
        TaskScheduler.UnobservedTaskException += (_, failure) => log.TaskUnobserved(failure.Exception);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_host is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
        else
            _host.Dispose();
    }
}
