using JdClient.Core.Engine;
using JdClient.Core.Templates;
using JdClient.Core.Upstream;

namespace JdClient.Core;

// Whom miners work for, and how an upstream gets and loses the work (design §6). Exactly one source is current: an upstream
// or solo. Each change carries its reason.
public sealed partial class ChannelManager
{
    private UpstreamSession? _current;
    private WorkSource _source = WorkSource.Solo;
    private DateTimeOffset _sourceSince;
    private string _sourceReason = "start";

    // The pool stands behind a job of the present tip: miners work for it from now on.
    private void SwitchTo(UpstreamSession session)
    {
        UpstreamSlot slot = session.Slot;
        string reason = _current is { } worse
            ? $"preferred to {worse.Slot.Options.Name} and up for {(_context.Now - session.ReadyAt!.Value + slot.Proven).TotalSeconds:0} s"
            : "pool acknowledged our job";
        if (_current is { } former)
            _context.Deadlines.Cancel(former.ForgiveDeadline);
        _current = session;
        ChangeSource(slot.Source, reason);
        slot.Works();
        ReportUpstream(slot, UpstreamState.Active, reason);
        ReportSkipped(slot);
        _context.Deadlines.Cancel(session.ForgiveDeadline);
        session.ForgiveDeadline = _context.After(_options.Fallback.ForgiveAfter, slot.Forgive);
        foreach (UpstreamSlot other in _upstreams)
        {
            if (other.Session is { } waiting)
                waiting.CandidateSince = null;
        }

        if (_templates.Active is { } template)
            Offer(session, template);
        foreach (Template future in _templates.Future)
            PrepareTransactions(future);
        HashRateChanged();
    }

    // Why not a better one.
    private void ReportSkipped(UpstreamSlot chosen)
    {
        foreach (UpstreamSlot slot in _upstreams)
        {
            if (slot == chosen)
                return;
            _context.Report(new CoreReport.UpstreamSkipped(
                slot.Id, slot.Options.Name, chosen.Source, slot.State, slot.Health, slot.Reason, slot.RetryAt));
        }
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
            NoteSource(source, source.UpstreamId is null ? "the template cannot be declared" : "templates can be declared again");
    }

    private void NoteSource(WorkSource source, string reason)
    {
        if (source == _source)
            return;
        WorkSource before = _source;
        TimeSpan lasted = _context.Now - _sourceSince;
        _source = source;
        _sourceSince = _context.Now;
        _sourceReason = reason;
        _context.Counters.SourceChanges++;
        _context.Report(new CoreReport.WorkSourceChanged(before, source, reason, lasted));
    }

    // Not fit for a while. One that only waited to be needed is not judged by it: it is connected again, at leisure.
    private void Leave(UpstreamSession session, UpstreamHealth health, string reason)
    {
        if (session.IsClosed)
            return;
        bool wasMinedFor = session == _current;
        bool isSpare = !wasMinedFor && IsSpare(session);
        Close(session, reason);
        UpstreamSlot slot = session.Slot;
        if (health == UpstreamHealth.Unreachable && isSpare)
            slot.Rest(reason, session.ReadyAt!.Value, _context.Now, _options.Fallback, _context.Jitter);
        else
            slot.Fail(health, reason, wasMinedFor, _context.Now, _options.Fallback, _context.Jitter);
        ReportUpstream(slot, UpstreamState.Waiting, reason);
    }

    private bool IsSpare(UpstreamSession session) => session is { ReadyAt: not null, CandidateSince: null }
        && (_current is null ? _channelCount == 0 : !IsBetter(session.Slot, _current.Slot));

    // Fit, but not needed or to be reached anew.
    private void Release(UpstreamSession session, string reason)
    {
        Close(session, reason);
        ReportUpstream(session.Slot, UpstreamState.Waiting, reason);
    }

    // Miners get solo work before anything else is done about it; the standby is asked for its job in the same event.
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
            _context.Report(new CoreReport.DeadlineMissed(link.Link, link.Role, session.Slot.Id, awaited, wait));
            Leave(session, UpstreamHealth.Unreachable, $"no {awaited} within {wait.TotalSeconds:0.#} s");
        });

    private void PeerViolation(UpstreamSession session, UpstreamLink link, string detail)
    {
        _context.Report(new CoreReport.PeerViolation(link.Link, link.Role, session.Slot.Id, detail));
        Leave(session, UpstreamHealth.Misbehaves, detail);
    }

    private void ReportUpstream(UpstreamSlot slot, UpstreamState state, string reason, DateTimeOffset? takesWorkAt = null)
    {
        if (!slot.Note(state, reason, takesWorkAt, _context.Now))
            return;
        _context.Report(new CoreReport.UpstreamChanged(
            slot.Id, slot.Options.Name, state, slot.Health, reason, slot.RetryAt, takesWorkAt));
    }
}
