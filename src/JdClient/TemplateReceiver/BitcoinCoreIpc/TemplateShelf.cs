using System.Diagnostics.CodeAnalysis;
using BitcoinCore.Ipc;

namespace JdClient.TemplateReceiver.BitcoinCoreIpc;

/// <summary>
/// The templates the node holds for us, by id: as many of the tip as the channel manager keeps, and a few of the tip before
/// for late solutions. What falls off is to be destroyed in the node, whose memory it holds. Thread-safe.
/// </summary>
internal sealed class TemplateShelf(int ofTip)
{
    /// <summary>Templates of earlier tips that are kept.</summary>
    internal const int OfEarlierTips = 4;

    private readonly Lock _lock = new();
    private readonly OrderedDictionary<ulong, NodeTemplate> _tip = [];
    private readonly OrderedDictionary<ulong, NodeTemplate> _earlier = [];

    /// <summary>Adds a template; the first one of a tip makes the others earlier ones.</summary>
    /// <returns>What is not kept any more.</returns>
    internal IReadOnlyList<NodeTemplate> Add(ulong id, NodeTemplate template, bool newTip)
    {
        List<NodeTemplate> fallen = [];
        lock (_lock)
        {
            if (newTip)
            {
                foreach ((ulong oldId, NodeTemplate old) in _tip)
                    _earlier.Add(oldId, old);
                _tip.Clear();
            }

            _tip.Add(id, template);
            Trim(_tip, ofTip, fallen);
            Trim(_earlier, OfEarlierTips, fallen);
        }

        return fallen;
    }

    internal bool TryFind(ulong id, [NotNullWhen(true)] out NodeTemplate? template, out bool isOfTip)
    {
        lock (_lock)
        {
            isOfTip = _tip.TryGetValue(id, out template);
            return isOfTip || _earlier.TryGetValue(id, out template);
        }
    }

    private static void Trim(OrderedDictionary<ulong, NodeTemplate> templates, int limit, List<NodeTemplate> fallen)
    {
        while (templates.Count > limit)
        {
            fallen.Add(templates.GetAt(0).Value);
            templates.RemoveAt(0);
        }
    }
}
