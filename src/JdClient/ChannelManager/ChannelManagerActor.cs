using JdClient.Configuration;
using JdClient.Core;
using JdClient.Logging;
using JdClient.Status;
using Sv2.Protocol.Mining;
using Sv2.Protocol.TemplateDistribution;
using SetNewPrevHash = Sv2.Protocol.TemplateDistribution.SetNewPrevHash;

namespace JdClient.ChannelManager;

/// <summary>
/// The one thread that owns the channel manager and with it all mining state: takes events from the inbox, one after the
/// other, and hands them over with the time. It never waits for a peer: what follows goes out through
/// <see cref="ActorEffects"/>, which only tries.
/// <para>
/// A thread of its own, because a new job wakes the write loop of every miner: on the thread pool the prev-hash that
/// follows would queue behind all of them.
/// </para>
/// <para>
/// An exception out of the channel manager is a bug. The event is logged and dropped and the peer that it came from is
/// closed, because what we keep of that peer may be half changed; everybody else goes on. Ending the process would cost
/// every miner its work for the sake of one event.
/// </para>
/// </summary>
internal sealed class ChannelManagerActor : IDisposable
{
    private static readonly TimeSpan FlushInterval = TimeSpan.FromSeconds(10);

    /// <summary>Pause after a wake-up that failed: what was due is still due, and would wake us again at once.</summary>
    private static readonly TimeSpan FaultPause = TimeSpan.FromSeconds(1);

    private readonly Core.ChannelManager _core;
    private readonly EventInbox _inbox;
    private readonly ActorEffects _effects;
    private readonly ReportLog _reports;
    private readonly DaemonStatus _status;
    private readonly ActorProgress _progress;
    private readonly DownstreamCopying? _copying;
    private readonly TimeProvider _time;
    private readonly WakeUpTimer _wakeUp;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Events in a row whose effects may wait for each other: at most about 0.2 ms of work.</summary>
    private const int EventsPerFlush = 16;

    // Touched by the actor's thread alone.
    private int _unflushedEvents;
    private DateTimeOffset _now;
    private DateTimeOffset _snapshotDue;
    private DateTimeOffset _housekeepingDue;
    private DateTimeOffset _flushDue;
    private DateTimeOffset _noWakeUpBefore;

    public ChannelManagerActor(
        Core.ChannelManager core,
        EventInbox inbox,
        ActorEffects effects,
        ReportLog reports,
        DaemonStatus status,
        ActorProgress progress,
        JdcConfiguration configuration,
        TimeProvider time)
    {
        _core = core;
        _inbox = inbox;
        _effects = effects;
        _reports = reports;
        _status = status;
        _progress = progress;
        if (configuration.Monitoring.Address is not null)
            _copying = new DownstreamCopying(core, status, configuration.Monitoring.CacheRefresh);
        _time = time;
        _wakeUp = new WakeUpTimer(time, inbox.Wake);
    }

    /// <summary>Completes when the loop has ended: no effect is issued afterwards.</summary>
    internal Task Ended => _ended.Task;

    /// <summary>Runs until the inbox is closed and empty, or the token is cancelled.</summary>
    internal Task RunAsync(CancellationToken cancellationToken) => Task.Factory.StartNew(
        () => Run(cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Run(CancellationToken cancellationToken)
    {
        Thread.CurrentThread.Name = "channel manager";
        using CancellationTokenRegistration waking = cancellationToken.UnsafeRegister(
            static inbox => ((EventInbox)inbox!).Wake(), _inbox);
        try
        {
            _core.Start(Now(), _effects);
            while (!cancellationToken.IsCancellationRequested)
            {
                while (_inbox.TryTake(out CoreEvent? coreEvent))
                {
                    _effects.Cause = IsTimed(coreEvent) ? _inbox.TakenPostedAt : 0;
                    _effects.MayWait = MayWait(coreEvent);
                    Handle(coreEvent);
                    _effects.Cause = 0;
                    if (!_effects.MayWait || ++_unflushedEvents >= EventsPerFlush)
                        Flush();
                    _effects.MayWait = false;
                    if (_wakeUp.TakeFired())
                        OnTimer();
                    if (cancellationToken.IsCancellationRequested)
                        return;
                }

                Flush();
                if (_inbox.IsDrained)
                    return;
                if (_wakeUp.TakeFired())
                    OnTimer();
                Housekeeping();
                Arm();
                _progress.Turn();
                _inbox.Wait();
            }
        }
        finally
        {
            Flush();
            _ended.TrySetResult();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _wakeUp.Dispose();

    private void Handle(CoreEvent coreEvent)
    {
        DateTimeOffset now = Now();
        _progress.Handling = coreEvent;
        try
        {
            _core.On(coreEvent, now, _effects);
        }
        catch (Exception exception)
        {
            if (coreEvent is CoreEvent.WakeUp)
                _noWakeUpBefore = now + FaultPause;
            _reports.CoreFaulted(exception, Describe(coreEvent));
            _effects.CloseSourceOf(coreEvent, "an internal error while handling its message");
        }

        _progress.Handling = null;
        _progress.Turn();
        if (now >= _housekeepingDue)
            Housekeeping();
    }

    private void OnTimer()
    {
        DateTimeOffset now = Now();
        if (_core.NextWakeUp <= now && now >= _noWakeUpBefore)
            Handle(new CoreEvent.WakeUp());
    }

    private void Flush()
    {
        _unflushedEvents = 0;
        _effects.Flush();
    }

    private void Arm()
    {
        DateTimeOffset? next = _core.NextWakeUp;
        _wakeUp.Arm(next < _noWakeUpBefore ? _noWakeUpBefore : next);
        _wakeUp.Arm(_housekeepingDue);
    }

    private void Housekeeping()
    {
        DateTimeOffset now = Now();
        if (now < _housekeepingDue)
            return;
        try
        {
            if (now >= _snapshotDue)
            {
                _snapshotDue = now + DaemonStatus.SnapshotInterval;
                _status.Snapshot = _core.Snapshot(now);
            }

            _copying?.Step(now);
        }
        catch (Exception exception)
        {
            _reports.CoreFaulted(exception, "a snapshot");
        }

        _housekeepingDue = _copying?.Due < _snapshotDue ? _copying.Due : _snapshotDue;

        if (now < _flushDue)
            return;
        _flushDue = now + FlushInterval;
        _reports.Flush();
    }

    /// <summary>
    /// Whether its effects may wait for those of the events that follow at once: shares come in bursts, and the prev-hash comes
    /// right behind the future template that it names, so that every miner has both in one write.
    /// </summary>
    private static bool MayWait(CoreEvent coreEvent) => coreEvent switch
    {
        CoreEvent.MinerMessage { Message: SubmitSharesExtended or SubmitSharesStandard } => true,
        CoreEvent.LinkMessage { Message: NewTemplate { FutureTemplate: true } } => true,
        _ => false,
    };

    /// <summary>Whether it is measured how long it takes until what follows from it is written: work, and shares.</summary>
    private static bool IsTimed(CoreEvent coreEvent) => coreEvent switch
    {
        CoreEvent.MinerMessage { Message: SubmitSharesExtended or SubmitSharesStandard } => true,
        CoreEvent.LinkMessage { Message: NewTemplate or SetNewPrevHash } => true,
        _ => false,
    };

    /// <summary>An event, for people.</summary>
    internal static string Describe(CoreEvent coreEvent) => coreEvent switch
    {
        CoreEvent.MinerMessage message => $"{message.Message.GetType().Name} of miner {message.Session.Value}",
        CoreEvent.LinkMessage message => $"{message.Message.GetType().Name} of link {message.Link.Value}",
        _ => coreEvent.GetType().Name,
    };

    /// <summary>The clock may be set back; the channel manager's time only goes forward.</summary>
    private DateTimeOffset Now()
    {
        DateTimeOffset now = _time.GetUtcNow();
        if (now > _now)
            _now = now;
        return _now;
    }
}
