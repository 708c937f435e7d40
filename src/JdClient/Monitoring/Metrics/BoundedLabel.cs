using System.Collections.Concurrent;

namespace JdClient.Monitoring.Metrics;

/// <summary>
/// Values of a label that others choose (a peer's error codes, worker names). The first <paramref name="limit"/> are told apart, later
/// ones are <see cref="Other"/>: a peer must not be able to make a metric grow. Thread-safe.
/// </summary>
/// <param name="limit">Values told apart.</param>
internal sealed class BoundedLabel(int limit)
{
    internal const string Other = "other";

    /// <summary>Longest value kept, characters; a longer one is <see cref="Other"/>.</summary>
    internal const int MaxLength = 128;

    private readonly ConcurrentDictionary<string, byte> _known = new();
    private int _count;

    internal string Of(string value)
    {
        if (_known.ContainsKey(value))
            return value;
        if (value.Length > MaxLength || Interlocked.Increment(ref _count) > limit)
            return Other;
        _known.TryAdd(value, 0);
        return value;
    }
}
