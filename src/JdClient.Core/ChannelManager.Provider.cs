using System.Collections.Immutable;
using JdClient.Core.Engine;
using JdClient.Core.Templates;
using Sv2.Channels;
using Sv2.Protocol;
using Sv2.Protocol.Common;
using Sv2.Protocol.TemplateDistribution;

namespace JdClient.Core;

// Connections to the template providers, each with its own pauses, for ever. Which of them is mined from is decided in
// ChannelManager.ProviderChoice.cs.
public sealed partial class ChannelManager
{
    private static readonly TimeSpan AskInterval = TimeSpan.FromSeconds(5);

    private readonly ImmutableArray<ProviderSlot> _providers;
    private readonly RewardOutputs _soloRewards;

    // Bounded by one for each provider.
    private readonly Dictionary<LinkId, ProviderSession> _providerLinks = [];

    // Room that our outputs need.
    private OutputRoom _room;

    private void ConnectProvider(ProviderSlot slot)
    {
        var session = new ProviderSession(slot, _context.NewLink(), _options.Limits);
        slot.Session = session;
        slot.RetryAt = null;
        _providerLinks.Add(session.Link, session);
        SetProviderState(slot, ProviderState.Connecting, "connecting");
        _context.Effects.Connect(session.Link, LinkRole.TemplateProvider, slot.Index, slot.Redirect);
        AwaitProvider(session, "connection", _options.Deadlines.Connect);
    }

    private void OnProviderConnected(ProviderSession session)
    {
        session.IsConnected = true;
        SetProviderState(session.Slot, ProviderState.Connected, "waiting for a template");
        SendConstraints(session);
        AwaitProvider(session, "first template", _options.Deadlines.FirstTemplate);
        OfferBlocks(session);
    }

    private void AwaitProvider(ProviderSession session, string awaited, TimeSpan wait)
    {
        _context.Deadlines.Cancel(session.Deadline);
        session.Deadline = _context.After(wait, () =>
        {
            _context.Report(new CoreReport.DeadlineMissed(session.Link, LinkRole.TemplateProvider, session.Slot.Index, awaited, wait));
            GiveUpProvider(session, $"no {awaited} within {wait.TotalSeconds:0.#} s");
        });
    }

    // It is closed and rests.
    private void GiveUpProvider(ProviderSession session, string reason)
    {
        _context.Effects.CloseLink(session.Link, reason);
        OnProviderLost(session, reason);
    }

    // It is closed because it is not needed: better ones are there.
    private void ReleaseProvider(ProviderSession session, string reason)
    {
        _context.Effects.CloseLink(session.Link, reason);
        EndProvider(session);
        session.Slot.RetryAt = null;
        SetProviderState(session.Slot, ProviderState.Waiting, reason);
    }

    private void OnProviderLost(ProviderSession session, string detail)
    {
        ProviderSlot slot = session.Slot;
        FallbackOptions fallback = _options.Fallback;
        if (session.FitSince + fallback.StabilityTime <= _context.Now)
            slot.Failures = 0;
        if (session == _provider)
            slot.LoseMiners(_context.Now, fallback.ForgiveAfter);
        TimeSpan pause = RetryDelay.After(++slot.Failures, fallback.ProviderBase, fallback.ProviderMax);
        slot.RetryAt = _context.Now + _context.Jitter.Around(pause, fallback.Jitter);
        slot.Redirect = null;
        SetProviderState(slot, ProviderState.Waiting, detail);
        EndProvider(session);
    }

    // Another one takes over before anything that was wanted of this one is given up, so that no work is replaced twice.
    private void EndProvider(ProviderSession session)
    {
        session.Close(_context.Deadlines);
        session.Slot.Session = null;
        _providerLinks.Remove(session.Link);
        if (session == _provider)
        {
            _provider = null;
            (_providerLostAt, _providerLost) = (_context.Now, session.Slot);
            _templates.Store = null;
            ChooseProvider();
            if (_provider is null)
                MineWhole(session);
        }

        foreach (Template template in session.Requests.Values.ToArray())
            RefuseTransactions(template);
        session.Requests.Clear();
        _reviewDue = true;
    }

    private void OnProviderMessage(ProviderSession session, Sv2Message message)
    {
        switch (message)
        {
            case NewTemplate template:
                HeardOf(session);
                OnNewTemplate(session, template);
                break;
            case SetNewPrevHash prevHash:
                HeardOf(session);
                OnTemplateSetNewPrevHash(session, prevHash);
                break;
            case RequestTransactionDataSuccess data:
                OnTransactionData(session, data);
                break;
            case RequestTransactionDataError error:
                OnTransactionDataError(session, error);
                break;
            case Reconnect reconnect:
                OnProviderReconnect(session, reconnect);
                break;
            default:
                ReportProviderStray(session, message.GetType().Name, 0);
                break;
        }
    }

    // Its address is not known here, so only a complete one can be followed; otherwise it is simply connected again.
    private void OnProviderReconnect(ProviderSession session, Reconnect message)
    {
        ProviderSlot slot = session.Slot;
        bool follow = ++slot.Redirects <= _options.Fallback.RedirectLimit;
        GiveUpProvider(session, "asked to reconnect");
        if (!follow)
            return;
        slot.RetryAt = null;
        slot.Redirect = message.NewHost.Length > 0 && message.NewPort > 0 ? new PeerEndpoint(message.NewHost, message.NewPort) : null;
    }

    private void SendConstraints(ProviderSession session)
    {
        session.RoomSent = _room;
        _context.Effects.SendOnLink(session.Link, new CoinbaseOutputConstraints(_room.Size, _room.Sigops));
        _context.Report(new CoreReport.ConstraintsSent(session.Slot.Index, _room.Size, _room.Sigops));
    }

    // A provider whose answer is of no use either would otherwise be asked as fast as it answers.
    private void AskForTemplate(ProviderSession session)
    {
        if (_context.Now >= session.MayAskAt)
        {
            session.MayAskAt = _context.Now + AskInterval;
            SendConstraints(session);
            return;
        }

        session.AskDeadline ??= _context.Deadlines.Set(session.MayAskAt, () =>
        {
            session.AskDeadline = null;
            if (session.Templates.IsTipIncomplete)
                AskForTemplate(session);
        });
    }

    // Only ever grows, so that no switch of the work source or of the provider needs a new template.
    private void NeedRoom(OutputRoom room)
    {
        if (_room.Covers(room))
            return;
        _room = _room.Union(room);
        foreach (ProviderSession session in _providerLinks.Values)
        {
            if (session.IsConnected)
                SendConstraints(session);
        }
    }

    private void ReportProviderStray(ProviderSession session, string message, ulong id)
    {
        _context.Counters.MessagesDropped++;
        _context.Report(new CoreReport.StrayMessage(session.Link, LinkRole.TemplateProvider, session.Slot.Index, message, id));
    }

    private void SetProviderState(ProviderSlot slot, ProviderState state, string reason)
    {
        if (slot.State != state)
            slot.Since = _context.Now;
        slot.State = state;
        slot.Reason = reason;
        _context.Report(new CoreReport.ProviderChanged(slot.Index, slot.Name, state, reason, slot.RetryAt));
    }
}
