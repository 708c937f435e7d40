using System.Text;
using JdClient.Core;

namespace Simulation.Engine;

/// <summary>The last events with what they led to; made text only when a seed fails.</summary>
internal sealed class Trace
{
    private const int Capacity = 512;
    private const int LongestLine = 300;

    private readonly Entry[] _ring = new Entry[Capacity];
    private long _count;

    public void Add(long number, DateTimeOffset at, string way, long peer, object what) =>
        _ring[_count++ % Capacity] = new Entry(number, at, way, peer, what);

    public string Last(int entries)
    {
        var text = new StringBuilder();
        for (long i = Math.Max(0, _count - Math.Min(entries, Capacity)); i < _count; i++)
        {
            (long number, DateTimeOffset at, string way, long peer, object what) = _ring[i % Capacity];
            string line = what is CoreEvent.MinerMessage miner ? $"miner {miner.Session.Value}: {miner.Message}"
                : what is CoreEvent.LinkMessage link ? $"link {link.Link.Value}: {link.Message}"
                : what.ToString() ?? string.Empty;
            line = $"#{number} {at:HH:mm:ss.fff} {way}{(peer == 0 ? string.Empty : $" {peer}")} {line}";
            text.AppendLine(line.Length > LongestLine ? line[..LongestLine] : line);
        }

        return text.ToString();
    }

    private readonly record struct Entry(long Number, DateTimeOffset At, string Way, long Peer, object What);
}
