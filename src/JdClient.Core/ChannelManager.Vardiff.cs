using Bitcoin;
using JdClient.Core.Downstream;
using JdClient.Core.Engine;
using JdClient.Core.Upstream;
using Sv2.Channels;
using Sv2.Protocol.Mining;

namespace JdClient.Core;

// Targets of channels as time passes, and the hash rate of all of them as the pool is told it (spec 05, UpdateChannel).
public sealed partial class ChannelManager
{
    private const int MostReissues = JobStore.MaxLive / 4;

    private const int MostVisits = 1024;

    private static readonly TimeSpan TellInterval = TimeSpan.FromSeconds(1);

    // A pool that is not mined for need not follow every change.
    private static readonly TimeSpan TellSpareInterval = TimeSpan.FromMinutes(1);

    // Between the first channel that is to have its work again and the round: others join it.
    private static readonly TimeSpan GatherTime = TimeSpan.FromMilliseconds(250);

    private readonly VardiffOptions _vardiff;

    // Channels whose target changed so much that they get their work again. Bounded by the channels: each is in it once.
    private readonly List<MinerChannel> _retargeted = [];

    // Channels that the present round has not come to. Bounded by the channels: a round begins when the one before is over.
    private readonly Queue<MinerChannel> _unvisited = new();

    private Deadline? _vardiffDeadline;
    private Deadline? _visitDeadline;
    private Deadline? _reissueDeadline;
    private DateTimeOffset _reissuedAt;
    private int _reissues;

    private void StartVardiff() => _vardiffDeadline ??= _context.After(_options.VardiffInterval, RunVardiff);

    private void RunVardiff()
    {
        _vardiffDeadline = null;
        if (_channelCount == 0)
            return;
        StartVardiff();
        if (_unvisited.Count == 0)
        {
            foreach (MinerChannel miner in _sessions.Values.SelectMany(static session => session.Channels.Values))
                _unvisited.Enqueue(miner);
        }

        VisitChannels();
    }

    // So many channels that a tip or a block does not wait behind them; the others at once after what came meanwhile.
    private void VisitChannels()
    {
        _context.Deadlines.Cancel(_visitDeadline);
        bool changed = false;
        for (int visited = 0; visited < MostVisits && _unvisited.TryDequeue(out MinerChannel? miner); visited++)
        {
            if (!miner.Session.Channels.ContainsKey(miner.Id) || !miner.Channel.OnTime(_jobs, _context.Now))
                continue;
            changed = true;
            SendTarget(miner);
        }

        if (changed)
            HashRateChanged();
        if (_unvisited.Count > 0)
            _visitDeadline = _context.Deadlines.Set(_context.Now, VisitChannels);
    }

    // A target counts for jobs to come. Where it is easier the miner may use it at once, where it is much harder it floods
    // us: then its present work is given again, for all such channels together.
    private void SendTarget(MinerChannel miner)
    {
        SendTo(miner.Session, new SetTarget(miner.Id, miner.Channel.Target));
        _context.Report(new CoreReport.TargetChanged(
            miner.Session.Id, miner.Id, (float)miner.Channel.HashRate, miner.Channel.Target));
        if (miner.AwaitsJob || !miner.Channel.OutgrewItsJob(_jobs, _options.Limits.ReissueFactor))
            return;
        miner.AwaitsJob = true;
        _retargeted.Add(miner);
        DateTimeOffset soon = _context.Now + GatherTime;
        DateTimeOffset allowed = _reissuedAt + _options.Limits.ReissueInterval;
        _reissueDeadline ??= _context.Deadlines.Set(allowed > soon ? allowed : soon, ReissueWork);
    }

    private void ReissueWork()
    {
        _reissueDeadline = null;
        if (_retargeted.Count == 0 || _jobs.Active is not { } active)
            return;
        _reissuedAt = _context.Now;

        // The store keeps a number of jobs for a tip; before the one that the others have falls out, they get this one.
        if (++_reissues >= MostReissues)
        {
            GiveToAll(_jobs.Reissue(active, NowNTime));
            return;
        }

        Job job = _jobs.Reissue(active, NowNTime, toAll: false);
        int given = 0;
        foreach (MinerChannel miner in _retargeted)
        {
            miner.AwaitsJob = false;
            if (!miner.Session.Channels.ContainsKey(miner.Id))
                continue;
            SendTo(miner.Session, miner.Channel.Give(job));
            given++;
        }

        _retargeted.Clear();
        Register(job);
        var origin = (JobOrigin)job.Source!;
        _context.Report(new CoreReport.JobIssued(job.Id, origin.Template.Link, job.TemplateId, origin.Source, false, given));
    }

    // Everybody was just given a job, with the target it has now.
    private void EveryoneHasWork()
    {
        _reissues = 0;
        foreach (MinerChannel miner in _retargeted)
            miner.AwaitsJob = false;
        _retargeted.Clear();
    }

    private float SumOfHashRates()
    {
        double sum = 0;
        foreach (DownstreamSession session in _sessions.Values)
        {
            foreach (MinerChannel miner in session.Channels.Values)
                sum += miner.Channel.HashRate;
        }

        return (float)Math.Min(sum, float.MaxValue);
    }

    // Miners came, went or changed.
    private void HashRateChanged()
    {
        _reviewDue = true;
        foreach (UpstreamSlot slot in _upstreams)
        {
            if (slot.Session is not { Channel: not null } session)
                continue;
            bool isNeeded = session == _current || session.CandidateSince is not null;
            DateTimeOffset at = Later(session.ToldAt + (isNeeded ? TellInterval : TellSpareInterval));
            if (session.TellDeadline is { } set && set.At <= at)
                continue;
            _context.Deadlines.Cancel(session.TellDeadline);
            session.TellDeadline = _context.Deadlines.Set(at, () => TellHashRate(session));
        }
    }

    private DateTimeOffset Later(DateTimeOffset time) => time < _context.Now ? _context.Now : time;

    private void TellHashRate(UpstreamSession session)
    {
        session.TellDeadline = null;
        float hashRate = SumOfHashRates();
        if (session.Channel is not { } channel || hashRate == session.ToldHashRate)
            return;
        session.ToldHashRate = hashRate;
        session.ToldAt = _context.Now;
        _context.Effects.SendOnLink(session.Pool.Link, new UpdateChannel(channel.ChannelId, hashRate, U256.MaxValue));
        _context.Report(new CoreReport.UpstreamHashRate(session.Slot.Id, hashRate));
    }
}
