using System.Net.Sockets;
using JdClient.Blocks;
using JdClient.ChannelManager;
using JdClient.Cli;
using JdClient.Configuration;
using JdClient.Downstream;
using JdClient.Logging;
using JdClient.Monitoring;
using JdClient.Monitoring.Telemetry;
using JdClient.Reload;
using JdClient.Statistics;
using JdClient.Status;
using JdClient.TaskManager;
using JdClient.Upstream;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace JdClient;

/// <summary>
/// Starts the parts in the order in which they need each other and stops them in the order that loses nothing: peers are read no
/// more, what was read is handled, what follows from it is sent and written, and only then are the tasks cancelled.
/// </summary>
internal sealed class DaemonService(
    JdcConfiguration configuration,
    ChannelManagerActor actor,
    EventInbox inbox,
    BlockJournal journal,
    BlockPublisher publisher,
    LinkManager links,
    SessionTable sessions,
    DownstreamListener listener,
    Watchdog watchdog,
    MonitoringServer monitoring,
    FlowHistory flow,
    MinerTelemetrySearch telemetry,
    StatisticsBook statistics,
    StatisticsFile statisticsFile,
    CoreReportFeed feed,
    TaskSupervisor supervisor,
    DaemonStatus status,
    TimeProvider time,
    ILogger<DaemonService> log,
    ConfigurationReload? reload = null) : IHostedService
{
    private const string Reason = "stopping";

    /// <summary>Longest time that handling what was read takes, and that each of what it brings may take to go out.</summary>
    private static readonly TimeSpan PhaseTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Part of the stop that is left for what comes after it.</summary>
    private static readonly TimeSpan Reserve = TimeSpan.FromSeconds(0.5);

    private readonly Lock _lock = new();
    private Task? _stop;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        log.Starting(
            Program.Version,
            configuration.Mode.ToString(),
            configuration.Upstreams.Length,
            string.Join(", ", configuration.TemplateProviders.Select(static provider => provider.Name)));
        try
        {
            listener.Start();
        }
        catch (SocketException exception)
        {
            string reason = $"cannot listen on {configuration.Downstream.ListeningAddress}: {exception.Message}";
            log.Ending(reason);
            status.Fail(ExitCode.StartFailed, reason);
            throw;
        }

        statisticsFile.Load();
        feed.Subscribe(statistics.Observe);

        // After the listener: a start that fails leaves nothing behind, and a miner that is early waits in the inbox.
        supervisor.Start("channel manager", FaultAction.Stop, actor.RunAsync);
        if (reload is not null)
            supervisor.Start("configuration reload", FaultAction.Log, reload.RunAsync);
        supervisor.Start("watchdog", FaultAction.Log, watchdog.RunAsync);
        supervisor.Start("block journal", FaultAction.Log, stopping => journal.RunAsync(inbox, publisher, stopping));
        publisher.Start(supervisor);
        supervisor.Start("statistics", FaultAction.Log, statisticsFile.RunAsync);
        if (configuration.Monitoring.Address is { } address)
        {
            supervisor.Start("monitoring", FaultAction.Log, stopping => monitoring.RunAsync(address, stopping));
            supervisor.Start("flow history", FaultAction.Log, flow.RunAsync);
            if (!configuration.MinerTelemetry.Cidrs.IsEmpty)
                supervisor.Start("miner telemetry", FaultAction.Log, telemetry.RunAsync);
        }

        log.MinerUrl(MinerUrl.Of(
            ReachableAddress.Of(status.Listening.Result.Address).ToString(),
            status.Listening.Result.Port,
            configuration.Downstream.Authority.PublicKey));
        return Task.CompletedTask;
    }

    /// <summary>Stops once; who asks again, even after the disposal, waits for the same stop.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
            return _stop ??= StopOnceAsync(cancellationToken);
    }

    private async Task StopOnceAsync(CancellationToken cancellationToken)
    {
        string reason = status.FailureReason ?? "as asked";
        log.Stopping(reason);
        watchdog.Stopping(reason);
        long start = time.GetTimestamp();

        // Peers are held back; what was read of them is still handled, a block above all.
        inbox.Close();
        await WithinAsync(PhaseTimeout, actor.Ended, cancellationToken);
        inbox.Discard();

        // What that brought goes out. Miners last: they are told of a block's share when the block is on disk.
        publisher.Complete(2 * PhaseTimeout);
        Task linksClosed = links.CloseAllAsync(Reason);
        await WithinAsync(PhaseTimeout, journal.WrittenAsync(), cancellationToken);
        await WithinAsync(PhaseTimeout, Task.WhenAll(linksClosed, sessions.CloseAllAsync(Reason)), cancellationToken);

        await supervisor.CancelAsync();
        await publisher.Ended;
        journal.Complete();
        TimeSpan left = JdClientHost.StopTimeout - Reserve - time.GetElapsedTime(start);
        IReadOnlyList<string> unfinished = await supervisor.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
        if (unfinished.Count > 0)
            log.TasksLeft(string.Join("; ", unfinished.Take(20)));
        log.Stopped();
    }

    private async Task WithinAsync(TimeSpan timeout, Task task, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(task, Task.Delay(timeout, time, over.Token));
        await over.CancelAsync();
    }
}
