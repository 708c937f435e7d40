using System.Collections.Immutable;
using JdClient.Core.Engine;
using JdClient.Core.Upstream;

namespace JdClient.Core;

// Which upstreams are connected, which one is prepared to take the work, which are kept ready behind it (design §6). Looked
// at after every event that may matter, and at the time that the last look named.
public sealed partial class ChannelManager
{
    // In order of preference.
    private ImmutableArray<UpstreamSlot> _upstreams;

    private Deadline? _reviewDeadline;
    private DateTimeOffset? _reviewAt;

    private void ReviewUpstreams()
    {
        _context.Deadlines.Cancel(_reviewDeadline);
        _reviewDeadline = null;
        _reviewAt = null;
        foreach (UpstreamSlot slot in _upstreams)
        {
            if (slot.Session is { Condemned: { } sentence } session)
                Leave(session, sentence.Health, sentence.Reason);
        }

        ConnectWanted();
        PrepareReady();
        ReleaseSurplus();
        if (_reviewAt is { } at)
            _reviewDeadline = _context.Deadlines.Set(at, () => _reviewDue = true);
    }

    private void ReviewNotAfter(DateTimeOffset at)
    {
        if (at > _context.Now && (_reviewAt is null || at < _reviewAt))
            _reviewAt = at;
    }

    // From the best on, those that are not resting: one that may be expected to work, with standby two. One that takes too
    // long with it does not keep the next from being tried.
    private void ConnectWanted()
    {
        int wanted = _options.Fallback.Standby ? 2 : 1;
        foreach (UpstreamSlot slot in _upstreams)
        {
            if (slot.Session is { } session)
            {
                if (session != _current && HeadStartEnd(session) is { } end)
                {
                    if (end <= _context.Now)
                        continue;
                    ReviewNotAfter(end);
                }
            }
            else if (slot.IsDue(_context.Now, _current is null && _channelCount > 0))
            {
                Connect(slot);
                ReviewNotAfter(_context.Now + _options.Fallback.HeadStart);
            }
            else
            {
                ReviewNotAfter(slot.RetryAt!.Value);
                continue;
            }

            if (--wanted == 0)
                return;
        }
    }

    // Until when an upstream that is being connected or prepared has the first claim to the work; null for one that only waits.
    private DateTimeOffset? HeadStartEnd(UpstreamSession session) =>
        (session.ReadyAt is null ? session.StartedAt : session.CandidateSince) + _options.Fallback.HeadStart;

    private void Connect(UpstreamSlot slot)
    {
        PeerEndpoint pool = slot.PoolRedirect ?? slot.Options.Pool;
        PeerEndpoint jobDeclarator = slot.JobDeclaratorRedirect ?? slot.Options.JobDeclarator;
        var session = new UpstreamSession(
            slot,
            new UpstreamLink(_context.NewLink(), LinkRole.Pool, pool),
            new UpstreamLink(_context.NewLink(), LinkRole.JobDeclarator, jobDeclarator),
            _options.Limits.CachedShares,
            _context.Now);
        slot.Try(session);
        Connect(session, session.Pool, slot.PoolRedirect);
        Connect(session, session.JobDeclarator, slot.JobDeclaratorRedirect);
        ReportUpstream(slot, UpstreamState.Connecting, "connecting");
    }

    private void Connect(UpstreamSession session, UpstreamLink link, PeerEndpoint? redirect)
    {
        _upstreamLinks.Add(link.Link, session);
        Await(session, link, "connection", _options.Deadlines.Connect);
        _context.Effects.Connect(link.Link, link.Role, session.Slot.Id, redirect);
    }

    // The best upstream that is set up, and better than the present source, gets ready to take the work: from solo at
    // once, from another upstream after its stability time. The others wait for their turn.
    private void PrepareReady()
    {
        bool mayTake = _channelCount > 0 && _templates.Active is not null;
        foreach (UpstreamSlot slot in _upstreams)
        {
            if (slot.Session is not { } session)
                continue;
            if (session == _current)
            {
                mayTake = false;
            }
            else if (session.ReadyAt is null)
            {
                mayTake &= _current is not null || HeadStartEnd(session) <= _context.Now;
            }
            else if (!(mayTake || IsInTheRace(session)) || StableAt(session) is not { } stableAt || stableAt > _context.Now)
            {
                Wait(session);
            }
            else if (Prepare(session))
            {
                return;
            }
            else
            {
                mayTake &= _current is null && HeadStartEnd(session) <= _context.Now;
            }
        }
    }

    // It has begun when the better ones had taken too long, and goes on when one of them gets further after all.
    private bool IsInTheRace(UpstreamSession session) => _current is null && _channelCount > 0 && session.CandidateSince is not null;

    // When it may take the work from the present source; null when it is behind that.
    private DateTimeOffset? StableAt(UpstreamSession session)
    {
        if (_current is null)
            return session.ReadyAt;
        if (!IsBetter(session.Slot, _current.Slot))
            return null;
        FallbackOptions fallback = _options.Fallback;
        TimeSpan needed = RetryDelay.After(Math.Max(1, session.Slot.Losses), fallback.StabilityTime, fallback.StabilityMax);
        return session.ReadyAt + (needed > session.Slot.Proven ? needed - session.Slot.Proven : TimeSpan.Zero);
    }

    // It is set up, better than the present source, and owes no answer: all that can be held against it is that it is idle.
    private bool WaitsForTheWork(UpstreamSession session) =>
        session is { ReadyAt: not null, CandidateSince: null, OpenRequest: null, Condemned: null }
        && _current is not null
        && IsBetter(session.Slot, _current.Slot);

    // A pool may end idle connections sooner than it would be given the work: however short, they count together, as long as it
    // was there each time that it was tried. One that ends them all the same when it is mined for needs longer after each loss.
    private TimeSpan ProvenWith(UpstreamSession session)
    {
        TimeSpan proven = session.Slot.Proven + (_context.Now - session.ReadyAt!.Value);
        return proven < _options.Fallback.StabilityMax ? proven : _options.Fallback.StabilityMax;
    }

    private bool IsBetter(UpstreamSlot slot, UpstreamSlot other) => _upstreams.IndexOf(slot) < _upstreams.IndexOf(other);

    // One step further towards a job that it acknowledges; true when it has the work now.
    private bool Prepare(UpstreamSession session)
    {
        session.CandidateSince ??= _context.Now;
        ReviewNotAfter(session.CandidateSince.Value + _options.Fallback.HeadStart);
        if (session.Channel is null)
        {
            ReportUpstream(session.Slot, UpstreamState.Preparing, "opening our channel");
            OpenUpstreamChannel(session);
            return false;
        }

        if (HasAcknowledgedJob(session))
        {
            SwitchTo(session);
            return true;
        }

        ReportUpstream(session.Slot, UpstreamState.Preparing, "declaring the first job");
        Offer(session, _templates.Active!);
        return false;
    }

    private bool HasAcknowledgedJob(UpstreamSession session) =>
        session.Jobs.Exists(job => job.State == PooledJobState.Acknowledged && _templates.IsOnTip(job.Template));

    // Nothing is opened before there is a miner. Nothing is declared either: what a declaration is answered with is good for a
    // few seconds only at some job declarators.
    private void Wait(UpstreamSession session)
    {
        session.CandidateSince = null;
        if (_options.Fallback.Standby && _channelCount > 0 && session.Channel is null)
            OpenUpstreamChannel(session);
        if (_current is null || _channelCount == 0)
        {
            ReportUpstream(session.Slot, UpstreamState.Ready, _channelCount == 0 ? "waits for a miner" : "waits for its turn");
            return;
        }

        if (StableAt(session) is not { } stableAt)
        {
            ReportUpstream(session.Slot, UpstreamState.Standby, $"ready to follow {_current.Slot.Options.Name}");
            return;
        }

        ReviewNotAfter(stableAt);
        string lost = session.Slot.Losses > 1 ? $", after losing it {session.Slot.Losses} times" : string.Empty;
        TimeSpan needed = stableAt - session.ReadyAt!.Value + session.Slot.Proven;
        string reason = $"takes the work once it has been up for {needed.TotalSeconds:0.#} s{lost}";
        ReportUpstream(session.Slot, UpstreamState.Ready, reason, stableAt);
    }

    // Behind the present source one upstream that is set up is enough, without standby none is needed.
    private void ReleaseSurplus()
    {
        if (_current is not { } current)
            return;
        int keep = _options.Fallback.Standby ? 1 : 0;
        for (int i = _upstreams.IndexOf(current.Slot) + 1; i < _upstreams.Length; i++)
        {
            if (_upstreams[i].Session is not { } session)
                continue;
            if (keep == 0)
                Release(session, $"not needed while {current.Slot.Options.Name} is mined for");
            else if (session.ReadyAt is not null)
                keep--;
        }
    }
}
