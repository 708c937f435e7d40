using JdClient.Core.Templates;
using JdClient.Core.Upstream;

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
        slot.Session?.Channel?.Target);
}
