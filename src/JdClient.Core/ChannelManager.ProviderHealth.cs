using Bitcoin;
using JdClient.Core.Engine;
using JdClient.Core.Templates;
using JdClient.Core.Upstream;

namespace JdClient.Core;

// Template providers that are connected and of no use. One that says nothing is asked for a template, which it must answer
// (spec 07, 7.1): sv2-tp stays connected and silent for ever when its node has gone. One whose tip stays behind that of
// another provider gives the work to it. A pool on another tip is a reason to ask, and never the pool's fault.
public sealed partial class ChannelManager
{
    private Deadline? _behindDeadline;
    private Deadline? _poolDeadline;

    // The tip that the pool named last, where it names any.
    private U256? _poolTip;

    private void HeardOf(ProviderSession session)
    {
        session.HeardAt = _context.Now;
        if (!session.IsProbed)
            return;
        session.IsProbed = false;
        _context.Deadlines.Cancel(session.Deadline);
        WatchSilence(session);
    }

    private void WatchSilence(ProviderSession session)
    {
        TimeSpan limit = _options.Fallback.ProviderSilence;
        session.SilenceDeadline = _context.Deadlines.Set(session.HeardAt + limit, () =>
        {
            if (session.HeardAt + limit > _context.Now)
                WatchSilence(session);
            else
                Probe(session, "no template came for long");
        });
    }

    private void Probe(ProviderSession session, string reason)
    {
        if (session.IsProbed)
            return;
        session.IsProbed = true;
        session.ProbedAt = _context.Now;
        _context.Deadlines.Cancel(session.SilenceDeadline);
        TimeSpan silence = _context.Now - session.HeardAt;
        _context.Report(new CoreReport.ProviderAsked(session.Slot.Index, silence, reason));
        SendConstraints(session);
        AwaitProvider(session, "template, though it was asked for one,", _options.Deadlines.TemplateAnswer);
    }

    // Whoever is mined from is measured against the others, the others against it.
    private void CompareTips()
    {
        _context.Deadlines.Cancel(_behindDeadline);
        _behindDeadline = null;
        DateTimeOffset? next = null;
        foreach (ProviderSession session in _providerLinks.Values)
        {
            if (session.FitSince is null)
                continue;
            if (!HasOlderTip(session))
            {
                CatchUp(session);
                continue;
            }

            DateTimeOffset limit = (session.BehindSince ??= _context.Now) + _options.Fallback.ProviderBehind;
            if (limit <= _context.Now)
                FallBehind(session);
            else if (next is null || limit < next)
                next = limit;
        }

        if (next is { } at)
            _behindDeadline = _context.Deadlines.Set(at, CompareTips);
    }

    private bool HasOlderTip(ProviderSession session)
    {
        if (session != _provider)
            return _templates.Compare(session.Templates.Newest!) == TipOrder.Older;
        foreach (ProviderSession other in _providerLinks.Values)
        {
            if (other.FitSince is not null && _templates.Compare(other.Templates.Newest!) == TipOrder.Newer)
                return true;
        }

        return false;
    }

    private void FallBehind(ProviderSession session)
    {
        if (session.IsBehind)
            return;
        session.IsBehind = true;
        _reviewDue = true;
        if (session == _provider)
            session.Slot.LoseMiners(_context.Now, _options.Fallback.ForgiveAfter);
        SetProviderState(
            session.Slot,
            session == _provider ? ProviderState.Active : ProviderState.Standby,
            "its tip is behind that of another provider; its node may be syncing or cut off");
    }

    // One that was behind for a moment only is as stable as before.
    private void CatchUp(ProviderSession session)
    {
        if (session.IsBehind)
        {
            session.IsBehind = false;
            session.FitSince = _context.Now;
            SetProviderState(
                session.Slot, session == _provider ? ProviderState.Active : ProviderState.Standby, "its tip is as new as any again");
        }

        session.BehindSince = null;
    }

    // The pool's own jobs are of no use to us, their tip tells something about our node.
    private void OnPoolTip(UpstreamSession session, U256 prevHash)
    {
        if (session != _current)
            return;
        _poolTip = prevHash;
        DoubtProvider();
    }

    // It may only be that one of the two nodes has heard of a block a little earlier.
    private void DoubtProvider()
    {
        if (_poolDeadline is null && PoolIsElsewhere)
            _poolDeadline = _context.After(_options.Fallback.ProviderBehind, OnDoubt);
    }

    private bool PoolIsElsewhere => _current is { } session
        && (session.StaleSince is not null
            || (_poolTip is { } tip && tip != _templates.Active?.Tip?.PrevHash && !_templates.HasLeft(tip)));

    private void OnDoubt()
    {
        _poolDeadline = null;
        if (PoolIsElsewhere && _provider is { } provider && provider.ProbedAt + _options.Fallback.ProviderSilence < _context.Now)
            Probe(provider, "the pool is on another tip");
    }
}
