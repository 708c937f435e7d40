namespace JdClient.Monitoring.Metrics;

/// <summary>Label values that have series of their own, or that stand for all that have none.</summary>
/// <param name="Labels">The values.</param>
/// <param name="IsOwn">Whether they are those of one thing.</param>
internal sealed record SeriesPlace(string[] Labels, bool IsOwn)
{
    /// <summary>Values that a further label has had.</summary>
    internal HashSet<string> Codes { get; } = [];
}

/// <summary>
/// Places for series of what comes and goes, as channels do: at most <paramref name="limit"/> at a time. What has ended keeps its series
/// until another needs the place, the longest ended first, so that who asks seldom misses the last of it. Where all are taken by what
/// is there, the rest is summed under <see cref="BoundedLabel.Other"/>. Called by one thread.
/// </summary>
/// <param name="limit">Places.</param>
/// <param name="labels">Labels of each.</param>
/// <param name="remove">Takes the series of one away.</param>
internal sealed class SeriesPlaces(int limit, int labels, Action<SeriesPlace> remove)
{
    private readonly SeriesPlace _other = new([.. Enumerable.Repeat(BoundedLabel.Other, labels)], IsOwn: false);
    private readonly LinkedList<SeriesPlace> _ended = [];
    private readonly Dictionary<string, LinkedListNode<SeriesPlace>> _endedByKey = [];
    private int _taken;

    /// <summary>A place with these values; its own again, if it has had one and nobody needed it since.</summary>
    internal SeriesPlace Take(params string[] values)
    {
        string[] bounded = [.. values.Select(static value => value.Length > BoundedLabel.MaxLength ? BoundedLabel.Other : value)];
        if (_endedByKey.Remove(KeyOf(bounded), out LinkedListNode<SeriesPlace>? before))
        {
            _ended.Remove(before);
            return before.Value;
        }

        if (_taken == limit)
        {
            if (_ended.First is not { } oldest)
                return _other;
            _ended.RemoveFirst();
            _endedByKey.Remove(KeyOf(oldest.Value.Labels));
            remove(oldest.Value);
            _taken--;
        }

        _taken++;
        return new SeriesPlace(bounded, IsOwn: true);
    }

    /// <summary>What had it is no more.</summary>
    internal void End(SeriesPlace place)
    {
        // Two of the same values share the series, and the place is the first one's.
        if (place.IsOwn && !_endedByKey.TryAdd(KeyOf(place.Labels), _ended.AddLast(place)))
        {
            _ended.RemoveLast();
            _taken--;
        }
    }

    private static string KeyOf(string[] values) => string.Join('\0', values);
}
