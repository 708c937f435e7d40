using System.Collections.Immutable;
using JdClient.Core;
using Simulation.Peers;
using Sv2.Protocol;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;
using Sv2.Protocol.TemplateDistribution;

namespace Simulation.Engine;

/// <summary>
/// One seeded run: the core among modelled peers on a timeline. Every answer of a peer is computed and delivered at one
/// moment, later than what it answers, in order within a connection and in any order among connections. Faults come in
/// periods; after each the peers are healthy for a while and the best source must be mined for again.
/// </summary>
internal sealed partial class Simulator : IEffects
{
    private const int FaultyEvents = 4000;

    // From what the faults left over solo and a worse one to the best, and once more when something of them comes late.
    private const int MostChanges = 5;

    // Far beyond what one event can lead to.
    private const int MostEffects = 100_000;

    private readonly RunOptions _run;
    private readonly Rng _rng;
    private readonly Timeline _timeline = new();
    private readonly Trace _trace = new();
    private readonly CoreOptions _options;
    private readonly ChannelManager _core;
    private readonly FaultProfile _profile;
    private ImmutableArray<UpstreamOptions> _upstreams;
    private long _events;
    private int _effects;
    private bool _faults = true;

    public Simulator(RunOptions run)
    {
        _run = run;
        _rng = new Rng(run.Seed);
        _profile = new FaultProfile(_rng);
        _options = Configuration.Of(run.Mode, _rng);
        _core = new ChannelManager(_options, run.Seed);
        _upstreams = _options.Upstreams;
        NoteUpstreams(_upstreams);
        _pools = [.. _upstreams.Select((_, index) => new Pool(index)
        {
            IdleTime = _rng.Chance(0.3) ? TimeSpan.FromSeconds(2 + _rng.Below(7)) : null,
        })];
        _nodes = [.. _options.TemplateProviders.Select(static (_, index) => new Node(index))];
    }

    public static RunResult Run(RunOptions options)
    {
        var simulator = new Simulator(options);
        string? failure = null;
        try
        {
            simulator.RunAll();
        }
        catch (Exception e)
        {
            string what = e is BrokenPromise ? e.Message : e.ToString();
            failure = $"seed {options.Seed} mode {options.Mode} event {simulator._events}: {what}\n"
                + $"{options.Command}\n{simulator._trace.Last(160)}";
        }

        return new RunResult(options, simulator._events, simulator._core.Snapshot(simulator._timeline.Now).Counters, failure);
    }

    private void RunAll()
    {
        _core.Start(_timeline.Now, this);
        ReplayJournal();
        StartPeers();
        while (_events < _run.Events)
        {
            _faults = true;
            long end = Math.Min(_run.Events, _events + FaultyEvents);
            while (_events < end)
                Step(null);
            Recover();
        }
    }

    // The faults end. Within the time of the longest rest, of stability and of noticing, the best source has the work, after
    // few changes; then there are no more.
    private void Recover()
    {
        _faults = false;
        HealPeers();
        CoreCounters before = Counters;
        RunFor(Recovery);
        CheckRecovered();
        CoreCounters settled = Counters;
        RunFor(_run.Calm);
        CheckRecovered();
        BrokenPromise.Unless(
            settled.SourceChanges - before.SourceChanges <= MostChanges && Counters.SourceChanges == settled.SourceChanges,
            "the source does not flap",
            $"{before.SourceChanges} changes, then {settled.SourceChanges}, then {Counters.SourceChanges}");
        BrokenPromise.Unless(
            _run.Mode == MiningMode.SoloMining || Counters.SharesSent > settled.SharesSent,
            "the best source is mined for",
            $"no share went out in {_run.Calm}");
    }

    private TimeSpan Recovery =>
        _pools.Any(static pool => pool.IdleTime < TimeSpan.FromSeconds(3)) ? _run.SlowRecovery : _run.Recovery;

    private CoreCounters Counters => _core.Snapshot(_timeline.Now).Counters;

    private void RunFor(TimeSpan time)
    {
        DateTimeOffset end = _timeline.Now + time;
        while (Step(end))
        {
        }
    }

    // One thing happens; false when nothing is left before the end.
    private bool Step(DateTimeOffset? end)
    {
        DateTimeOffset? wakeUp = _core.NextWakeUp;
        DateTimeOffset? next = _timeline.Next;
        DateTimeOffset? first = wakeUp is null || next < wakeUp ? next : wakeUp;
        if (first is not { } at || at > end)
        {
            _timeline.Now = end ?? _timeline.Now;
            return false;
        }

        if (at == wakeUp)
        {
            _timeline.Now = at > _timeline.Now ? at : _timeline.Now;
            On(new CoreEvent.WakeUp());
        }
        else
        {
            _timeline.Take()();
        }

        return true;
    }

    // One event enters the core; the promises are checked after it.
    private void On(CoreEvent coreEvent)
    {
        _events++;
        _trace.Add(_events, _timeline.Now, "in", 0, coreEvent);
        _effects = 0;
        CheckDue();
        NoteAnswer(coreEvent);
        BeginEvent();
        _core.On(coreEvent, _timeline.Now, this);
        CheckEvent();
    }

    void IEffects.SendToMiner(SessionId session, Sv2Message message)
    {
        _trace.Add(_events, _timeline.Now, "  to miner", session.Value, message);
        ToMiner(session, message);
    }

    void IEffects.CloseMiner(SessionId session, MinerCloseCause cause, string reason)
    {
        _trace.Add(_events, _timeline.Now, "  close miner", session.Value, reason);
        OnCloseMiner(session, cause, reason);
    }

    void IEffects.Connect(LinkId link, LinkRole role, int index, PeerEndpoint? redirect)
    {
        _trace.Add(_events, _timeline.Now, "  connect", link.Value, role);
        OnConnect(new Link(link, role, role == LinkRole.TemplateProvider ? index : Configuration.PoolOf(index)));
    }

    void IEffects.SendOnLink(LinkId link, Sv2Message message)
    {
        _trace.Add(_events, _timeline.Now, "  on link", link.Value, message);
        BrokenPromise.Unless(
            _links.TryGetValue(link, out Link? found) && found.State == LinkState.Up,
            "messages go to connected peers",
            $"link {link.Value} is not up");
        AwaitAnswer(found!, message);
        switch (message)
        {
            case SubmitSharesExtended share:
                OnForwarded(found!, share);
                break;
            case SubmitSolution solution:
                OnSubmitted(found!, solution);
                OnRequest(found!, message);
                break;
            case PushSolution solution:
                OnPushed(found!, solution);
                break;
            default:
                OnRequest(found!, message);
                break;
        }
    }

    void IEffects.CloseLink(LinkId link, string reason)
    {
        _trace.Add(_events, _timeline.Now, "  close link", link.Value, reason);
        if (_links.TryGetValue(link, out Link? found))
            OnCloseLink(found);
    }

    void IEffects.SaveBlock(FoundBlock block)
    {
        _trace.Add(_events, _timeline.Now, "  save", 0, block.BlockHash);
        OnSaved(block);
    }

    void IEffects.Report(CoreReport report)
    {
        BrokenPromise.Unless(++_effects < MostEffects, "an event ends", report.ToString());
        _trace.Add(_events, _timeline.Now, "  report", 0, report);
        NoteReport(report);
        BrokenPromise.Unless(report is not CoreReport.BlockInconsistent, "a block's solution is consistent", report.ToString());
        if (report is not CoreReport.SharesDropped dropped)
            return;

        // A refused job may be declared again after all, when its transactions came late: its shares were dropped, and that was told.
        if (dropped.Cause is ShareDropCause.CacheFull or ShareDropCause.TooManyJobs or ShareDropCause.JobRefused)
            _madeRoom += dropped.Count;
        _jobMadeRoom |= dropped.Cause == ShareDropCause.TooManyJobs;
    }
}
