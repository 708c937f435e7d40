using System.Collections.Immutable;
using JdClient.Core.Engine;
using JdClient.Core.Templates;
using JdClient.Core.Upstream;

namespace JdClient.Core;

// Which upstream is tried, prepared, mined for and left (design §6). Exactly one source is current: an upstream or solo.
public sealed partial class ChannelManager
{
    private readonly ImmutableArray<UpstreamSlot> _upstreams;

    private UpstreamSession? _current;
    private WorkSource _source = WorkSource.Solo;
    private DateTimeOffset _sourceSince;
    private string _sourceReason = "start";
    private Deadline? _retryDeadline;

    private void ReviewUpstreams()
    {
        foreach (UpstreamSlot slot in _upstreams)
        {
            if (slot.Session is { Condemned: { } sentence } session)
                Leave(session, sentence.Health, sentence.Reason);
        }

        ConnectBest();
        PrepareBest();
    }

    // Tries the best upstream that is not resting, as long as no better one, or itself, is alive.
    private void ConnectBest()
    {
        _context.Deadlines.Cancel(_retryDeadline);
        _retryDeadline = null;
        DateTimeOffset? next = null;
        foreach (UpstreamSlot slot in _upstreams)
        {
            if (slot.Session is not null)
                break;
            if (slot.IsDue(_context.Now))
            {
                Connect(slot);
                break;
            }

            if (next is null || slot.RetryAt < next)
                next = slot.RetryAt;
        }

        if (next is { } at)
            _retryDeadline = _context.Deadlines.Set(at, () => _reviewDue = true);
    }

    private void Connect(UpstreamSlot slot)
    {
        PeerEndpoint pool = slot.PoolRedirect ?? slot.Options.Pool;
        PeerEndpoint jobDeclarator = slot.JobDeclaratorRedirect ?? slot.Options.JobDeclarator;
        var session = new UpstreamSession(
            slot,
            new UpstreamLink(_context.NewLink(), LinkRole.Pool, pool),
            new UpstreamLink(_context.NewLink(), LinkRole.JobDeclarator, jobDeclarator),
            _options.Limits.CachedShares);
        slot.Session = session;
        Connect(session, session.Pool, slot.PoolRedirect);
        Connect(session, session.JobDeclarator, slot.JobDeclaratorRedirect);
        ReportUpstream(slot, UpstreamState.Connecting, "connecting");
    }

    private void Connect(UpstreamSession session, UpstreamLink link, PeerEndpoint? redirect)
    {
        _upstreamLinks.Add(link.Link, session);
        Await(session, link, "connection", _options.Deadlines.Connect);
        _context.Effects.Connect(link.Link, link.Role, session.Slot.Index, redirect);
    }

    // The best upstream that is set up, and better than the present source, gets ready to take the work: from solo at
    // once, from another upstream after its stability time. Nothing is opened before there is a miner.
    private void PrepareBest()
    {
        foreach (UpstreamSlot slot in _upstreams)
        {
            if (slot.Session is not { } session)
                continue;
            if (session == _current)
                return;
            if (session.ReadyAt is not { } readyAt)
                continue;
            if (_current is not null && readyAt + _options.Fallback.StabilityTime > _context.Now)
            {
                _context.Deadlines.Cancel(session.ReviewDeadline);
                session.ReviewDeadline = _context.Deadlines.Set(readyAt + _options.Fallback.StabilityTime, () => _reviewDue = true);
                continue;
            }

            if (_channelCount == 0)
                continue;
            if (session.Channel is null)
                OpenUpstreamChannel(session);
            else if (_templates.Active is { } template && !HasAcknowledgedJob(session))
                Offer(session, template);
            return;
        }
    }

    private bool HasAcknowledgedJob(UpstreamSession session) =>
        session.Jobs.Exists(job => job.State == PooledJobState.Acknowledged && _templates.IsOnTip(job.Template));

    // The pool stands behind a job of the present tip: miners work for it from now on. Worse upstreams are let go.
    private void SwitchTo(UpstreamSession session, string reason)
    {
        _current = session;
        ChangeSource(session.Slot.Source, reason);
        session.Slot.Works();
        ReportUpstream(session.Slot, UpstreamState.Active, reason);
        _context.Deadlines.Cancel(session.ReviewDeadline);
        session.ReviewDeadline = _context.After(_options.Fallback.ForgiveAfter, session.Slot.Forgive);
        foreach (UpstreamSlot slot in _upstreams)
        {
            if (slot.Index > session.Slot.Index && slot.Session is { } worse)
                Release(worse, $"{session.Slot.Options.Name} is mined for");
        }

        if (_templates.Active is { } template)
            Offer(session, template);
        foreach (Template future in _templates.Future)
            PrepareTransactions(future);
    }

    private void ChangeSource(WorkSource source, string reason)
    {
        IssueAll();
        NoteSource(MinedFor ?? source, reason);
    }

    private WorkSource? MinedFor => (_jobs.Active?.Source as JobOrigin)?.Source;

    // A template that the current upstream cannot be given is mined solo until the next one.
    private void NoteSource()
    {
        if (MinedFor is { } source)
            NoteSource(source, source.UpstreamIndex is null ? "the template cannot be declared" : "templates can be declared again");
    }

    private void NoteSource(WorkSource source, string reason)
    {
        if (source == _source)
            return;
        WorkSource before = _source;
        _source = source;
        _sourceSince = _context.Now;
        _sourceReason = reason;
        _context.Counters.SourceChanges++;
        _context.Report(new CoreReport.WorkSourceChanged(before, source, reason));
    }

    // Not fit for a while.
    private void Leave(UpstreamSession session, UpstreamHealth health, string reason)
    {
        if (session.IsClosed)
            return;
        Close(session, reason);
        session.Slot.Fail(health, reason, _context.Now, _options.Fallback, _context.Jitter);
        ReportUpstream(session.Slot, UpstreamState.Waiting, reason);
    }

    // Fit, but not needed or to be reached anew.
    private void Release(UpstreamSession session, string reason)
    {
        Close(session, reason);
        ReportUpstream(session.Slot, UpstreamState.Waiting, reason);
    }

    // Miners get solo work before anything else is done about it.
    private void Close(UpstreamSession session, string reason)
    {
        session.Slot.Session = null;
        session.Close(_context.Deadlines);
        if (session == _current)
        {
            _current = null;
            ChangeSource(WorkSource.Solo, reason);
        }

        Dropped(session, session.Cache.Clear(), ShareDropCause.UpstreamLeft);
        CloseLink(session.Pool.Link, reason);
        CloseLink(session.JobDeclarator.Link, reason);
        _reviewDue = true;
    }

    private void CloseLink(LinkId link, string reason)
    {
        if (_upstreamLinks.Remove(link))
            _context.Effects.CloseLink(link, reason);
    }

    private void Condemn(UpstreamSession session, UpstreamHealth health, string reason)
    {
        session.Condemned ??= (health, reason);
        _reviewDue = true;
    }

    // Waits for the next step of a link; a peer that does not answer counts as unreachable.
    private void Await(UpstreamSession session, UpstreamLink link, string awaited, TimeSpan wait)
    {
        _context.Deadlines.Cancel(link.Deadline);
        link.Deadline = AwaitAnswer(session, link, awaited, wait);
    }

    private Deadline AwaitAnswer(UpstreamSession session, UpstreamLink link, string awaited, TimeSpan wait) =>
        _context.After(wait, () =>
        {
            _context.Report(new CoreReport.DeadlineMissed(link.Link, link.Role, session.Slot.Index, awaited, wait));
            Leave(session, UpstreamHealth.Unreachable, $"no {awaited} within {wait.TotalSeconds:0.#} s");
        });

    private void PeerViolation(UpstreamSession session, UpstreamLink link, string detail)
    {
        _context.Report(new CoreReport.PeerViolation(link.Link, link.Role, session.Slot.Index, detail));
        Leave(session, UpstreamHealth.Misbehaves, detail);
    }

    private void ReportUpstream(UpstreamSlot slot, UpstreamState state, string reason)
    {
        slot.State = state;
        if (state != UpstreamState.Waiting || slot.Health == UpstreamHealth.Fit)
            slot.Reason = reason;
        _context.Report(new CoreReport.UpstreamChanged(slot.Index, slot.Options.Name, state, slot.Health, reason, slot.RetryAt));
    }
}
