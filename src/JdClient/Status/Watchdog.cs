using System.Collections.Immutable;
using JdClient.ChannelManager;
using JdClient.Configuration;
using JdClient.Core;
using JdClient.Logging;
using Microsoft.Extensions.Logging;

namespace JdClient.Status;

/// <summary>
/// Looks once a second at whether the daemon does what it should: raises alarms and takes them back, with one line each;
/// tells systemd when the service is ready, what it is doing, and, while the channel manager makes progress, that it
/// lives. One task; nothing of it is needed for mining.
/// </summary>
internal sealed class Watchdog
{
    /// <summary>How often it looks.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Signs of life for each time that systemd would wait.</summary>
    private const int SignsOfLife = 3;

    private readonly JdcConfiguration _configuration;
    private readonly StatusService _status;
    private readonly DaemonStatus _daemon;
    private readonly ActorProgress _progress;
    private readonly SystemdNotify _systemd;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly WatchdogRules _rules;
    private readonly DateTimeOffset _startedAt;

    // Touched by the watchdog's task alone.
    private ImmutableArray<Alarm> _alarms = [];
    private bool _wasReady;
    private bool _systemdIsReady;
    private string _told = "";
    private DateTimeOffset _aliveAt;

    public Watchdog(
        JdcConfiguration configuration,
        StatusService status,
        DaemonStatus daemon,
        ActorProgress progress,
        SystemdNotify systemd,
        TimeProvider time,
        ILogger<Watchdog> log)
    {
        _configuration = configuration;
        _status = status;
        _daemon = daemon;
        _progress = progress;
        _systemd = systemd;
        _time = time;
        _log = log;
        _startedAt = time.GetUtcNow();
        _rules = new WatchdogRules(configuration.Watchdog, configuration.SharesPerMinute, _startedAt);
    }

    /// <summary>Runs until the token is cancelled.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, _time);
        do
            Look();
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    /// <summary>Tells systemd that the service stops, and why.</summary>
    internal void Stopping(string reason)
    {
        _status.History.Add(ChangeKind.Daemon, "daemon", $"stopping: {reason}");
        _systemd.Stopping();
        _systemd.Status($"Stopping: {reason}");
    }

    /// <summary>One look.</summary>
    internal void Look()
    {
        DateTimeOffset now = _time.GetUtcNow();
        CoreEvent? handling = _progress.Handling;
        var input = new WatchdogInput(
            now,
            _daemon.Snapshot,
            _status.ReadShares(),
            _progress.Turns,
            handling is null ? null : ChannelManagerActor.Describe(handling),
            _status.WhyNoTemplate());
        ImmutableArray<Alarm> alarms = _rules.Check(input);
        _progress.IsStalled = alarms.Any(alarm => alarm.Kind == AlarmKind.Stalled);
        _status.SetAlarms(alarms);
        Tell(alarms, now);
        _alarms = alarms;

        Readiness readiness = _status.ReadReadiness();
        if (readiness.IsReady && !_wasReady)
        {
            _log.Ready();
            _status.History.Add(ChangeKind.Daemon, "daemon", "miners can connect and have work");
        }

        _wasReady = readiness.IsReady;
        TellSystemd(readiness, now);
    }

    private void Tell(ImmutableArray<Alarm> alarms, DateTimeOffset now)
    {
        foreach (Alarm alarm in alarms.Where(alarm => !_alarms.Any(before => before.Kind == alarm.Kind)))
        {
            _log.AlarmRaised(alarm.Cause, alarm.Fix);
            _status.History.Add(ChangeKind.Alarm, alarm.Kind.ToString(), alarm.Cause, alarm.Fix);
        }

        foreach (Alarm over in _alarms.Where(before => !alarms.Any(alarm => alarm.Kind == before.Kind)))
        {
            _log.AlarmOver(over.Cause, (now - over.Since).TotalSeconds);
            _status.History.Add(ChangeKind.Alarm, over.Kind.ToString(), $"over: {over.Cause}");
        }
    }

    private void TellSystemd(Readiness readiness, DateTimeOffset now)
    {
        if (!_systemd.IsEnabled)
            return;

        // Not for ever: systemd takes a start without an end for a failed one, and a node may need hours to catch up.
        if (!_systemdIsReady && (readiness.IsReady || now - _startedAt >= _configuration.Watchdog.ReadyWait))
            _systemdIsReady = _systemd.Ready();

        string text = StatusLine.Of(_status.Read());
        if (text != _told && _systemd.Status(text))
            _told = text;

        if (!_progress.IsStalled && _systemd.Watchdog is { } within && now - _aliveAt >= within / SignsOfLife && _systemd.Alive())
            _aliveAt = now;
    }
}
