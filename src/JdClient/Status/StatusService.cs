using System.Collections.Immutable;
using JdClient.ChannelManager;
using JdClient.Configuration;
using JdClient.Core;
using JdClient.Logging;
using Microsoft.Extensions.Logging;

namespace JdClient.Status;

/// <summary>
/// What the daemon is doing and why. Fed by the channel manager's reports on the actor's thread, by its snapshot once a
/// second, and by the watchdog; read by anybody as an immutable <see cref="StatusReport"/>. Writes the log lines about
/// changes of state: one for each change, with its reason and what to do; what repeats itself only at debug level.
/// </summary>
public sealed class StatusService
{
    private readonly JdcConfiguration _configuration;
    private readonly DaemonStatus _daemon;
    private readonly ActorProgress _progress;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly DateTimeOffset _startedAt;
    private readonly PeerBoard _peers;
    private readonly ShareFlow _shares;
    private SourceState _source;
    private Alarms _alarms = new([]);

    internal StatusService(
        JdcConfiguration configuration, DaemonStatus daemon, ActorProgress progress, TimeProvider time, ILogger<StatusService> log)
    {
        _configuration = configuration;
        _daemon = daemon;
        _progress = progress;
        _time = time;
        _log = log;
        _startedAt = time.GetUtcNow();
        _peers = new PeerBoard(time, IsNode);
        _shares = new ShareFlow(time);
        _source = new SourceState(WorkSource.Solo, _startedAt, "start");
        History = new ChangeHistory(time);
    }

    /// <summary>The last changes.</summary>
    public ChangeHistory History { get; }

    /// <summary>When the daemon was started.</summary>
    public DateTimeOffset StartedAt => _startedAt;

    /// <summary>The status of now.</summary>
    public StatusReport Read()
    {
        CoreSnapshot? core = _daemon.Snapshot;
        SourceState source = Volatile.Read(ref _source);
        return new StatusReport(
            _time.GetUtcNow(),
            _startedAt,
            ReadReadiness(),
            source.Source,
            source.Since,
            source.Reason,
            Upstreams(core),
            Providers(core),
            core?.Template,
            _shares.Read(),
            Volatile.Read(ref _alarms).Present,
            History.Changes,
            core);
    }

    /// <summary>Share flow alone.</summary>
    public ShareFlowSnapshot ReadShares() => _shares.Read();

    /// <summary>Whether miners can connect and have work.</summary>
    public Readiness ReadReadiness()
    {
        if (_daemon.Ending.IsCompleted)
            return new Readiness(false, $"ending: {_daemon.FailureReason}");
        if (!_daemon.Listening.IsCompletedSuccessfully)
            return new Readiness(false, "the listening address is not open");
        if (Volatile.Read(ref _alarms).Present.FirstOrDefault(alarm => alarm.Kind == AlarmKind.Stalled) is { } stalled)
            return new Readiness(false, stalled.Cause);
        if (_daemon.Snapshot is not { Template: not null })
            return new Readiness(false, WhyNoTemplate() is { Length: > 0 } why ? $"no template yet: {why}" : "no template yet");
        return new Readiness(true, "ready");
    }

    /// <summary>Whether the channel manager makes progress.</summary>
    public bool IsProgressing => !_progress.IsStalled;

    /// <summary>Takes one report. Called by the actor's thread alone.</summary>
    internal void Observe(CoreReport report)
    {
        _shares.Observe(report);
        switch (report)
        {
            case CoreReport.WorkSourceChanged r:
                OnSource(r);
                break;
            case CoreReport.BlockFound r:
                History.Add(ChangeKind.Block, r.Block.BlockHash.ToString(), $"block found by {Readable.Text(r.Block.FoundBy)}");
                break;
            case CoreReport.BlockConfirmed r:
                History.Add(ChangeKind.Block, r.BlockHash.ToString(), "is the chain's tip");
                break;
            default:
                if (_peers.Apply(report) is { } news)
                    OnPeer(news, report is CoreReport.UpstreamChanged ? PeerKind.Upstream : PeerKind.Provider);
                break;
        }
    }

    /// <summary>Makes these the present alarms.</summary>
    internal void SetAlarms(ImmutableArray<Alarm> alarms) => Volatile.Write(ref _alarms, new Alarms(alarms));

    /// <summary>What each template provider that is not delivering is doing, in one line.</summary>
    internal string WhyNoTemplate()
    {
        IEnumerable<string> waiting = Providers(_daemon.Snapshot)
            .Where(provider => !provider.State.Equals(nameof(ProviderState.Active), StringComparison.OrdinalIgnoreCase))
            .Select(provider => $"{provider.Name} {provider.State} ({provider.LastError?.Text ?? provider.Reason})");
        return string.Join("; ", waiting);
    }

    private bool IsNode(int index) =>
        index >= 0 && index < _configuration.TemplateProviders.Length
        && _configuration.TemplateProviders[index] is TemplateProviderConfiguration.BitcoinCoreIpc;

    private void OnSource(CoreReport.WorkSourceChanged report)
    {
        string reason = Readable.Text(report.Reason);
        Volatile.Write(ref _source, new SourceState(report.To, _time.GetUtcNow(), reason));
        LogLevel level = report.To.UpstreamId is null ? LogLevel.Warning : LogLevel.Information;
        if (_log.IsEnabled(level))
            _log.WorkSourceChanged(level, report.From.Name, Readable.Duration(report.Lasted), report.To.Name, reason);
        History.Add(ChangeKind.Source, report.To.Name, $"work changes from {report.From.Name} to {report.To.Name}: {reason}");
    }

    private void OnPeer(PeerNews news, PeerKind kind)
    {
        PeerStatus peer = news.Peer;
        LogLevel level = !news.IsNews ? LogLevel.Debug : news.IsFailure ? LogLevel.Warning : LogLevel.Information;
        string? fix = news.IsFailure ? peer.LastError?.Fix : null;
        if (_log.IsEnabled(level))
        {
            string advice = fix is null ? "" : $"; {fix}";
            string retry = peer.TakesWorkAt is { } at ? Readable.TakesWork(at) : Readable.Retry(peer.RetryAt);
            if (kind == PeerKind.Upstream)
                _log.UpstreamChanged(level, peer.Name, peer.State, peer.Health ?? "", news.Text, retry, advice);
            else
                _log.ProviderChanged(level, peer.Name, peer.State, news.Text, retry, advice);
        }

        if (news.IsNews)
        {
            ChangeKind change = kind == PeerKind.Upstream ? ChangeKind.Upstream : ChangeKind.Provider;
            History.Add(change, peer.Name, $"{peer.State}: {news.Text}", fix);
        }
    }

    // The snapshot says which there are; a peer whose name it does not know has been taken out of the list.
    private ImmutableArray<PeerStatus> Upstreams(CoreSnapshot? core) => core is null
        ? []
        : [.. core.Upstreams.Select(upstream => Named(PeerKind.Upstream, upstream.Id, upstream.Name) ?? new PeerStatus
        {
            Name = upstream.Name,
            State = upstream.State.ToString().ToLowerInvariant(),
            Health = upstream.Health.ToString().ToLowerInvariant(),
            Since = upstream.Since,
            Reason = Readable.Text(upstream.Reason),
            RetryAt = upstream.RetryAt,
            TakesWorkAt = upstream.TakesWorkAt,
        })];

    private ImmutableArray<PeerStatus> Providers(CoreSnapshot? core) => core is null
        ? []
        : [.. core.Providers.Select((provider, index) => Named(PeerKind.Provider, index, provider.Name) ?? new PeerStatus
        {
            Name = provider.Name,
            State = provider.State.ToString().ToLowerInvariant(),
            Since = provider.Since,
            Reason = Readable.Text(provider.Reason),
            RetryAt = provider.RetryAt,
        })];

    private PeerStatus? Named(PeerKind kind, int peer, string name) =>
        _peers.Find(kind, peer) is { } known && known.Name == name ? known : null;

    private sealed record SourceState(WorkSource Source, DateTimeOffset Since, string Reason);

    private sealed record Alarms(ImmutableArray<Alarm> Present);
}
