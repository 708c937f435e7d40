using JdClient.Core.Engine;
using JdClient.Core.Templates;
using JdClient.Core.Upstream;
using Sv2.Channels;

namespace JdClient.Core;

// Which template provider is mined from (design §6): the best placed one that delivers. The next one that delivers is kept
// beside it, so that the loss of the first costs one event. Miners never go back to a tip that they have left, as long as
// the provider of the newer one is there.
public sealed partial class ChannelManager
{
    private const int ProvidersWanted = 2;

    /// <summary>How long a provider that is back on an older tip is waited for, to hear again of the one that it has forgotten.</summary>
    private static readonly TimeSpan CatchUpTime = TimeSpan.FromSeconds(1);

    // Whose templates are mined; null before the first and while it is gone and none is as good.
    private ProviderSession? _provider;
    private DateTimeOffset _providerLostAt;
    private ProviderSlot? _providerLost;
    private Deadline? _providerDeadline;

    private void ReviewProviders()
    {
        _context.Deadlines.Cancel(_providerDeadline);
        _providerDeadline = null;
        ChooseProvider();
        ConnectProviders();
    }

    private void ReviewProvidersAt(DateTimeOffset at)
    {
        if (_providerDeadline is { } earlier && earlier.At <= at)
            return;
        _context.Deadlines.Cancel(_providerDeadline);
        _providerDeadline = _context.Deadlines.Set(at, () => _reviewDue = true);
    }

    private void ChooseProvider()
    {
        bool mayStay = _provider is { IsBehind: false };
        foreach (ProviderSlot slot in _providers)
        {
            if (slot.Session is not { FitSince: { } fitSince } session)
                continue;
            if (session == _provider)
            {
                if (mayStay)
                    return;
                continue;
            }

            // Miners are not given to one that is behind another. One that was just asked whether it is still there is waited
            // for, unless there is no other.
            if (!MayTake(session) || IsOvertaken(session) || (session.IsProbed && mayStay))
                continue;
            FallbackOptions fallback = _options.Fallback;
            DateTimeOffset stableAt = fitSince + RetryDelay.After(Math.Max(1, slot.Losses), fallback.StabilityTime, fallback.StabilityMax);
            if (mayStay && stableAt > _context.Now)
            {
                ReviewProvidersAt(stableAt);
                continue;
            }

            TakeProvider(session);
            return;
        }
    }

    private bool IsOvertaken(ProviderSession session) =>
        _providerLinks.Values.Any(other => other.FitSince is not null && IsNewer(other.Templates.Newest!, session.Templates.Newest!));

    private bool IsNewer(Template template, Template other) => template.Height is { } height && other.Height is { } otherHeight
        ? height > otherHeight
        : _templates.Compare(template) == TipOrder.Newer && _templates.Compare(other) != TipOrder.Newer;

    // A tip that miners have left is not mined again, unless the provider of the newer one has been gone for so long that
    // its work must be worth less, or is back and knows no better: a node that was killed has lost its last blocks.
    private bool MayTake(ProviderSession session)
    {
        if (_templates.Compare(session.Templates.Newest!) != TipOrder.Older)
            return true;
        if (_provider is not null)
            return false;
        DateTimeOffset at = _providerLostAt + _options.Fallback.ProviderSilence;
        if (session.Slot == _providerLost && session.FitSince is { } fitSince && fitSince + CatchUpTime < at)
            at = fitSince + CatchUpTime;
        if (at <= _context.Now)
            return true;
        ReviewProvidersAt(at);
        return false;
    }

    private void TakeProvider(ProviderSession session)
    {
        ProviderSession? before = _provider;
        _provider = session;
        _context.Counters.ProviderChanges++;
        _templates.Store = session.Templates;
        ForgetFutureJobs();
        Template template = session.Templates.Newest!;
        bool sameTip = _templates.IsOnTip(template);
        Mine(template, ofFuture: false, ofOtherProvider: true);
        if (!sameTip)
        {
            Tip tip = template.Tip!;
            _context.Report(new CoreReport.TipChanged(session.Slot.Index, template.Id, tip.PrevHash, tip.NBits, SameTip: false));
        }

        foreach (Template future in _templates.Future)
            PrepareTransactions(future);
        if (before is { IsConnected: true })
            SetProviderState(before.Slot, ProviderState.Standby, before.IsBehind ? before.Slot.Reason : "a better one is mined from");
        SetProviderState(session.Slot, ProviderState.Active, "delivers templates");
        CompareTips();
        _reviewDue = true;
    }

    // Jobs of the next tip by another provider do not come about any more.
    private void ForgetFutureJobs()
    {
        foreach (UpstreamSlot slot in _upstreams)
        {
            foreach (PooledJob job in slot.Session?.Jobs.ToArray() ?? [])
            {
                if (job.Template.Tip is null && !_templates.Future.Contains(job.Template))
                    Forget(job, ShareDropCause.JobRefused);
            }
        }
    }

    // All are tried until enough deliver; then the worse ones are let go.
    private void ConnectProviders()
    {
        int delivering = 0;
        foreach (ProviderSlot slot in _providers)
        {
            if (slot.Session is { } session)
            {
                if (session == _provider || delivering < ProvidersWanted)
                    delivering += session is { FitSince: not null, IsBehind: false } ? 1 : 0;
                else
                    ReleaseProvider(session, "better ones are connected");
            }
            else if (delivering < ProvidersWanted)
            {
                if (slot.IsDue(_context.Now))
                    ConnectProvider(slot);
                else
                    ReviewProvidersAt(slot.RetryAt!.Value);
            }
        }
    }

    // It has a template on a tip.
    private void ProviderDelivered(ProviderSession session)
    {
        if (session.FitSince is null)
        {
            _context.Deadlines.Cancel(session.Deadline);
            session.Deadline = null;
            session.FitSince = _context.Now;
            session.Slot.Redirects = 0;
            WatchSilence(session);
            if (session != _provider)
                SetProviderState(session.Slot, ProviderState.Standby, "delivers templates");
        }

        CompareTips();
        _reviewDue = true;
    }
}
