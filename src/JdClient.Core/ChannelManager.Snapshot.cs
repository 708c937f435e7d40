using JdClient.Core.Templates;
using JdClient.Core.Upstream;
using Sv2.Channels;

namespace JdClient.Core;

// What monitoring reads.
public sealed partial class ChannelManager
{
    /// <summary>What the manager is doing, for status and monitoring. Visits every channel.</summary>
    public CoreSnapshot Snapshot(DateTimeOffset now)
    {
        Template? template = _templates.Active;
        return new CoreSnapshot(
            now,
            _source,
            _sourceSince,
            _sourceReason,
            [.. _upstreams.Select(Snapshot)],
            [.. _providers.Select(Snapshot)],
            template is { Tip: { } tip, Message: { } message }
                ? new TemplateSnapshot(template.Id, tip.PrevHash, template.ReceivedAt, _templates.TipAt, message.CoinbaseTxValueRemaining)
                : null,
            _sessions.Count,
            _extendedCount,
            _channelCount - _extendedCount,
            _pendingOpens,
            SumOfHashRates(),
            _context.Counters.Snapshot());
    }

    /// <summary>Begins a copy of all downstream connections and channels; <see cref="DownstreamCopy.Step"/> makes it.</summary>
    public DownstreamCopy CopyDownstream(DateTimeOffset now) => new(_sessions.Values, now);

    private static ProviderSnapshot Snapshot(ProviderSlot provider)
    {
        Template? newest = provider.Session?.Templates.Newest;
        return new ProviderSnapshot(
            provider.Name,
            provider.State,
            provider.Reason,
            provider.RetryAt,
            provider.Since,
            provider.Failures,
            newest?.ReceivedAt,
            newest?.Tip?.PrevHash,
            newest?.Height);
    }

    private static UpstreamSnapshot Snapshot(UpstreamSlot slot) => new(
        slot.Id,
        slot.Options.Name,
        slot.State,
        slot.Since,
        slot.Health,
        slot.Reason,
        slot.RetryAt,
        slot.TakesWorkAt,
        slot.Failures,
        slot.Losses,
        slot.LastError,
        slot.LastErrorAt,
        slot.Session?.Tokens.Count ?? 0,
        slot.Session?.Channel?.Target)
    {
        Channel = slot.Session is { Channel: not null } session ? Snapshot(session, session.Channel) : null,
    };

    private static UpstreamChannelSnapshot Snapshot(UpstreamSession session, UpstreamChannel channel) => new()
    {
        ChannelId = channel.ChannelId,
        UserIdentity = session.Slot.Options.UserIdentity,
        HashRate = session.ToldHashRate,
        ExtranoncePrefix = channel.Extranonce.Prefix,
        ExtranonceSize = channel.Extranonce.Size,
        AllowsVersionRolling = !session.FixedVersion,
        Sent = channel.Shares.Sent,
        Accepted = channel.Shares.Accepted,
        Rejected = channel.Shares.Rejected,
        RejectedByCode = channel.Shares.Rejected == 0 ? [] : [.. channel.Shares.RejectedByCode],
        AcceptedWork = channel.Shares.AcceptedWork,
        SentWork = channel.SentWork,
        BestDifficulty = channel.BestDifficulty,
        BlocksFound = channel.BlocksFound,
    };
}
