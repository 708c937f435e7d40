using JdClient.Core.Downstream;
using JdClient.Core.Engine;
using JdClient.Core.Templates;
using JdClient.Core.Upstream;
using Sv2.Channels;

namespace JdClient.Core;

// How much is kept of everything, beside its bound: what tests/Simulation holds the core to.
public sealed partial class ChannelManager
{
    /// <summary>Every map, list and queue of the core. Visits every session.</summary>
    internal IEnumerable<MapSize> Sizes()
    {
        CoreLimits limits = _options.Limits;
        long channels = 0;
        long extended = 0;
        long opens = 0;
        foreach (DownstreamSession session in _sessions.Values)
        {
            yield return new("channels of a session", session.Channels.Count, limits.ChannelsPerSession);
            yield return new("pending opens of a session", session.PendingOpens.Count, limits.PendingOpensPerSession);
            channels += session.Channels.Count;
            extended += session.Channels.Values.LongCount(static miner => miner.Channel.Kind == ChannelKind.Extended);
            opens += session.PendingOpens.Count;
        }

        yield return new("channels", channels, limits.Channels);
        yield return Difference("counted channels", _channelCount, channels);
        yield return Difference("counted extended channels", _extendedCount, extended);
        yield return Difference("local extranonce prefixes", _extranonces.InUse, channels);
        yield return new("pending opens", opens, limits.PendingOpens);
        yield return Difference("counted pending opens", _pendingOpens, opens);

        // Those of channels that were closed meanwhile go when their time comes.
        long unflushed = _unflushed.UnorderedItems.LongCount(static entry => IsOpen(entry.Element));
        yield return new("channels to be acknowledged", unflushed, channels);
        yield return new("channels to be retargeted", _retargeted.LongCount(IsOpen), channels);
        yield return new("future jobs", _jobs.Future.Count, JobStore.MaxFuture);
        yield return new("live jobs", _jobs.Live.Count, JobStore.MaxLive);
        yield return new("waiting blocks", _blocks.Count, limits.WaitingBlocks);
        yield return new("links of providers", _providerLinks.Count, _providers.Length);
        foreach (ProviderSession session in _providerLinks.Values)
        {
            yield return new("future templates", session.Templates.Future.Count, limits.FutureTemplates);
            yield return new("templates of the tip", session.Templates.Live.Count, limits.TemplatesPerTip);
            yield return new("requests for transactions", session.Requests.Count, limits.TransactionRequests);
        }

        yield return new("links of upstreams", _upstreamLinks.Count, 2 * _upstreams.Length);
        foreach (UpstreamSlot slot in _upstreams)
        {
            if (slot.Session is not { } session)
                continue;
            yield return new("jobs of an upstream", session.Jobs.Count, MostJobs);
            yield return new("requests to an upstream", session.Requests.Count, limits.DeclarationsAwaited);
            yield return new("declarations in flight", session.InFlight, limits.DeclarationsInFlight);
            yield return new("tokens", session.Tokens.Count + session.Tokens.Requested, limits.TokenStock);
            yield return new("cached shares", session.Cache.Count, limits.CachedShares);
            yield return new("faults of a pool", session.Faults.Count, _options.Fallback.RejectedShareLimit);
            yield return new("shares without an answer", session.Channel?.Shares.Waiting ?? 0, OutstandingShares.Capacity);
        }

        yield return new("deadlines", _context.Deadlines.Count, MostDeadlines());
    }

    private static bool IsOpen(MinerChannel miner) => miner.Session.Channels.ContainsKey(miner.Id);

    private static MapSize Difference(string name, long count, long other) => new(name, Math.Abs(count - other), 0);

    // One for each session that sets up; an upstream's links, channel, hash rate and review, its tokens, requests and
    // postponed jobs; a provider's step, silence and asking, and its requests for transactions; a waiting block's next
    // request for them; those of the core itself.
    private long MostDeadlines()
    {
        CoreLimits limits = _options.Limits;
        int templates = limits.TemplatesPerTip + limits.FutureTemplates;
        long ofUpstream = 8 + limits.TokenStock + limits.DeclarationsAwaited + templates;
        long ofProvider = 3 + limits.TransactionRequests;
        return 16 + _sessions.Count + limits.WaitingBlocks + (_providers.Length * ofProvider) + (_upstreams.Length * ofUpstream);
    }
}
