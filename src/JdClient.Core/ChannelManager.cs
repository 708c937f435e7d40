using JdClient.Core.Engine;
using JdClient.Core.Templates;
using JdClient.Core.Upstream;
using Sv2.Channels;

namespace JdClient.Core;

/// <summary>
/// The owner of all mining state: downstream sessions and channels, templates and tips, jobs, the upstream and its
/// tokens, declarations, cached shares, the fallback policy. A deterministic state machine: what it does follows from
/// its options, its seed and the sequence of (event, time) alone. Single-threaded; the daemon's actor calls it.
/// </summary>
public sealed partial class ChannelManager
{
    private readonly CoreContext _context;
    private readonly ActiveTemplate _templates = new();
    private readonly JobStore _jobs = new();
    private readonly byte[] _tag;

    private CoreOptions _options;

    // Something happened that may let an upstream or a provider be tried, prepared or left; looked at after the event's own work.
    private bool _reviewDue;

    /// <summary>A manager that has not seen anything. It connects its peers at <see cref="Start"/>.</summary>
    /// <param name="options">The configuration; taken as validated.</param>
    /// <param name="seed">Seed of the jitter of retry times.</param>
    public ChannelManager(CoreOptions options, ulong seed)
    {
        _options = options;
        _context = new CoreContext(options, seed);
        _vardiff = new VardiffOptions
        {
            SharesPerMinute = options.SharesPerMinute,
            MinHashRate = options.MinHashRate,
            MaxHashRate = options.MaxHashRate,
        };
        _tag = CoinbaseCut.TagBytes(string.Empty, options.MinerTag);
        _soloRewards = RewardOutputs.PayTo(new Bitcoin.Script(options.SoloRewardScript));
        _room = OutputRoom.For(_soloRewards);
        _providers = [.. options.TemplateProviders.Select(static (name, index) => new ProviderSlot(index, name))];
        _upstreams = options.Mode == MiningMode.SoloMining
            ? []
            : [.. options.Upstreams.Select(static upstream => new UpstreamSlot(upstream))];
    }

    /// <summary>When the core wants <see cref="CoreEvent.WakeUp"/> at the latest; null when nothing is timed.</summary>
    public DateTimeOffset? NextWakeUp => _context.Deadlines.Next;

    /// <summary>Begins to connect the template providers and the first upstream. Called once, before any event.</summary>
    /// <param name="now">The time.</param>
    /// <param name="effects">Takes what is to be done, in order.</param>
    public void Start(DateTimeOffset now, IEffects effects)
    {
        Begin(now, effects);
        _sourceSince = now;
        _reviewDue = true;
        Finish();
    }

    /// <summary>Takes one event and issues what follows from it.</summary>
    /// <param name="coreEvent">What happened.</param>
    /// <param name="now">When; never earlier than at the call before.</param>
    /// <param name="effects">Takes what is to be done, in order.</param>
    public void On(CoreEvent coreEvent, DateTimeOffset now, IEffects effects)
    {
        Begin(now, effects);
        switch (coreEvent)
        {
            case CoreEvent.MinerMessage message:
                OnMinerMessage(message.Session, message.Message);
                break;
            case CoreEvent.LinkMessage message:
                OnLinkMessage(message.Link, message.Message);
                break;
            case CoreEvent.MinerConnected connected:
                OnMinerConnected(connected.Session, connected.Peer);
                break;
            case CoreEvent.MinerClosed closed:
                OnMinerClosed(closed.Session, closed.Reason);
                break;
            case CoreEvent.LinkConnected connected:
                OnLinkConnected(connected.Link);
                break;
            case CoreEvent.LinkClosed closed:
                OnLinkClosed(closed.Link, closed.Failure, closed.Detail);
                break;
            case CoreEvent.UnconfirmedBlock unconfirmed:
                OnUnconfirmedBlock(unconfirmed);
                break;
            case CoreEvent.UpstreamsChanged changed:
                OnUpstreamsChanged(changed);
                break;
            case CoreEvent.WakeUp:
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(coreEvent), coreEvent, "not an event of the core");
        }

        Finish();
    }

    private void Begin(DateTimeOffset now, IEffects effects)
    {
        _context.Now = now;
        _context.Effects = effects;
    }

    // What is due fires after the event itself: an answer that came in time is not beaten by its own deadline.
    private void Finish()
    {
        _context.Deadlines.Fire(_context.Now);
        while (_reviewDue)
        {
            _reviewDue = false;
            ReviewProviders();
            ReviewUpstreams();
        }
    }
}
