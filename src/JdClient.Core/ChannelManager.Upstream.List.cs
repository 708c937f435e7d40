using System.Collections.Immutable;
using JdClient.Core.Templates;
using JdClient.Core.Upstream;

namespace JdClient.Core;

// The list of upstreams replaced while miners work.
public sealed partial class ChannelManager
{
    private void OnUpstreamsChanged(CoreEvent.UpstreamsChanged change)
    {
        _options = _options with { Fallback = change.Fallback, Deadlines = change.Deadlines, Limits = change.Limits };
        foreach (ProviderSession provider in _providerLinks.Values)
            provider.Templates.Limits = change.Limits;
        if (_options.Mode == MiningMode.SoloMining)
            return;

        ImmutableArray<UpstreamSlot> before = _upstreams;
        _upstreams = [.. change.Upstreams.DistinctBy(static upstream => upstream.Id).Select(SlotFor)];
        ImmutableArray<UpstreamSlot> removed = [.. before.Except(_upstreams)];
        ImmutableArray<UpstreamSlot> added = [.. _upstreams.Except(before)];
        _context.Report(new CoreReport.UpstreamListChanged(Names(_upstreams), Names(added), Names(removed)));

        // If it is the present one, miners get solo work before it is closed, and the next one is asked at once.
        foreach (UpstreamSlot slot in removed)
        {
            if (slot.Session is { } session)
                Close(session, $"{slot.Options.Name} is no longer configured");
        }

        _reviewDue = true;

        UpstreamSlot SlotFor(UpstreamOptions options)
        {
            foreach (UpstreamSlot slot in before)
            {
                if (slot.Options == options)
                    return slot;
            }

            return new UpstreamSlot(options);
        }
    }

    private static ImmutableArray<string> Names(ImmutableArray<UpstreamSlot> slots) => [.. slots.Select(static slot => slot.Options.Name)];
}
