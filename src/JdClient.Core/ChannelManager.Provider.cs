using System.Collections.Immutable;
using JdClient.Core.Engine;
using JdClient.Core.Templates;
using Sv2.Channels;
using Sv2.Protocol;
using Sv2.Protocol.Common;
using Sv2.Protocol.TemplateDistribution;

namespace JdClient.Core;

// The connection to the template provider: one at a time, the configured ones in turn, for ever.
public sealed partial class ChannelManager
{
    private static readonly TimeSpan AskInterval = TimeSpan.FromSeconds(5);

    private readonly ImmutableArray<ProviderSlot> _providers;
    private readonly RewardOutputs _soloRewards;

    private ProviderSlot? _provider;
    private LinkId? _providerLink;
    private Deadline? _providerDeadline;
    private PeerEndpoint? _providerRedirect;
    private int _providerFailures;
    private int _providerRedirects;
    private DateTimeOffset _mayAskAt;
    private Deadline? _askDeadline;

    // Room our outputs need, what the provider was told, and what its templates have: a template that was under way when
    // the constraints grew does not have the room yet (spec 07, 7.1: new constraints are answered with a new future one).
    private OutputRoom _room;
    private OutputRoom _roomSent;
    private OutputRoom _roomKept;

    private bool ProviderIsConnected => _provider is { State: ProviderState.Connected or ProviderState.Active };

    private void ConnectProvider(int index)
    {
        _provider = _providers[index];
        LinkId link = _context.NewLink();
        _providerLink = link;
        _provider.RetryAt = null;
        SetProviderState(ProviderState.Connecting, "connecting");
        _context.Effects.Connect(link, LinkRole.TemplateProvider, index, _providerRedirect);
        _providerDeadline = _context.After(_options.Deadlines.Connect, () => ProviderTimeout("connection", _options.Deadlines.Connect));
    }

    private void OnProviderConnected()
    {
        _context.Deadlines.Cancel(_providerDeadline);
        _templates.ForgetProvider();
        SetProviderState(ProviderState.Connected, "waiting for a template");
        _roomKept = default;
        SendConstraints();
        TimeSpan wait = _options.Deadlines.FirstTemplate;
        _providerDeadline = _context.After(wait, () => ProviderTimeout("first template", wait));
        SubmitWaitingBlocks();
    }

    private void OnProviderLost(string detail)
    {
        _context.Deadlines.Cancel(_providerDeadline);
        _providerLink = null;
        _providerRedirect = null;
        RefuseRequestedTransactions();
        if (_provider is not { } lost)
            return;

        // The next one is tried at once; the pause comes when all have been tried.
        _providerFailures++;
        int next = (lost.Index + 1) % _providers.Length;
        bool anotherIsLeft = _providerFailures % _providers.Length != 0;
        int rounds = _providerFailures / _providers.Length;
        FallbackOptions fallback = _options.Fallback;
        TimeSpan pause = anotherIsLeft
            ? TimeSpan.Zero
            : _context.Jitter.Around(RetryDelay.After(rounds, fallback.ProviderBase, fallback.ProviderMax), fallback.Jitter);
        DateTimeOffset retryAt = _context.Now + pause;
        lost.RetryAt = retryAt;
        SetProviderState(ProviderState.Waiting, detail);
        _providerDeadline = _context.Deadlines.Set(retryAt, () => ConnectProvider(next));
    }

    private void ProviderTimeout(string awaited, TimeSpan waited)
    {
        if (_providerLink is not { } link || _provider is not { } provider)
            return;
        _context.Report(new CoreReport.DeadlineMissed(link, LinkRole.TemplateProvider, provider.Index, awaited, waited));
        _context.Effects.CloseLink(link, $"no {awaited} within {waited.TotalSeconds:0} s");
        OnProviderLost($"no {awaited} within {waited.TotalSeconds:0} s");
    }

    private void OnProviderMessage(Sv2Message message)
    {
        switch (message)
        {
            case NewTemplate template:
                OnNewTemplate(template);
                break;
            case SetNewPrevHash prevHash:
                OnTemplateSetNewPrevHash(prevHash);
                break;
            case RequestTransactionDataSuccess data:
                OnTransactionData(data);
                break;
            case RequestTransactionDataError error:
                OnTransactionDataError(error);
                break;
            case Reconnect reconnect:
                OnProviderReconnect(reconnect);
                break;
            default:
                ReportProviderStray(message.GetType().Name, 0);
                break;
        }
    }

    // Its address is not known here, so only a complete one can be followed; otherwise it is simply connected again.
    private void OnProviderReconnect(Reconnect message)
    {
        if (_providerLink is not { } link || _provider is not { } provider)
            return;
        bool follow = ++_providerRedirects <= _options.Fallback.RedirectLimit;
        _context.Effects.CloseLink(link, "asked to reconnect");
        OnProviderLost("asked to reconnect");
        if (!follow)
            return;
        _context.Deadlines.Cancel(_providerDeadline);
        _providerRedirect = message.NewHost.Length > 0 && message.NewPort > 0 ? new PeerEndpoint(message.NewHost, message.NewPort) : null;
        ConnectProvider(provider.Index);
    }

    // A usable template came: the provider is what it should be.
    private void ProviderDelivered()
    {
        if (_provider is not { State: ProviderState.Connected })
            return;
        _context.Deadlines.Cancel(_providerDeadline);
        _providerDeadline = null;
        _providerFailures = 0;
        _providerRedirects = 0;
        SetProviderState(ProviderState.Active, "delivers templates");
    }

    private void SendConstraints()
    {
        _roomSent = _room;
        SendToProvider(new CoinbaseOutputConstraints(_room.Size, _room.Sigops));
        _context.Report(new CoreReport.ConstraintsSent(_provider!.Index, _room.Size, _room.Sigops));
    }

    // A provider whose answer is of no use either would otherwise be asked as fast as it answers.
    private void AskForTemplate()
    {
        if (_context.Now >= _mayAskAt)
        {
            _mayAskAt = _context.Now + AskInterval;
            SendConstraints();
            return;
        }

        _askDeadline ??= _context.Deadlines.Set(_mayAskAt, () =>
        {
            _askDeadline = null;
            if (ProviderIsConnected && _templates.AnnouncedTip is { } tip && !tip.IsSame(_templates.Active?.Tip))
                AskForTemplate();
        });
    }

    // Only ever grows, so that no switch of the work source needs a new template.
    private void NeedRoom(OutputRoom room)
    {
        if (_room.Covers(room))
            return;
        _room = _room.Union(room);
        if (ProviderIsConnected)
            SendConstraints();
    }

    private void SendToProvider(Sv2Message message)
    {
        if (_providerLink is { } link && ProviderIsConnected)
            _context.Effects.SendOnLink(link, message);
    }

    private void ReportProviderStray(string message, ulong id)
    {
        if (_providerLink is { } link && _provider is { } provider)
            _context.Report(new CoreReport.StrayMessage(link, LinkRole.TemplateProvider, provider.Index, message, id));
    }

    private void SetProviderState(ProviderState state, string reason)
    {
        ProviderSlot provider = _provider!;
        provider.State = state;
        provider.Reason = reason;
        _context.Report(new CoreReport.ProviderChanged(provider.Index, provider.Name, state, reason, provider.RetryAt));
    }
}
