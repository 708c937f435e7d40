using JdClient.Configuration;

namespace JdClient.Logging;

/// <summary>
/// Bounds how many lines of one kind are written: <see cref="LimitConfiguration.LogBurst"/> at once, then
/// <see cref="LimitConfiguration.LogLinesPerSecond"/>.
/// What is left out is counted and told with the next line of that kind. Not thread-safe; <see cref="TryTake"/> locks.
/// </summary>
/// <param name="limits">How many.</param>
/// <param name="time">The clock.</param>
internal sealed class LineLimiter(LimitConfiguration limits, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, Bucket> _buckets = [];

    /// <summary>Whether a line of this kind may be written now.</summary>
    /// <param name="kind">The event id; the set of ids is small and fixed.</param>
    /// <param name="leftOut">Lines of this kind left out since the last that was written; only when this one may be.</param>
    internal bool TryTake(int kind, out long leftOut)
    {
        lock (_lock)
        {
            leftOut = 0;
            DateTimeOffset now = time.GetUtcNow();
            if (!_buckets.TryGetValue(kind, out Bucket? bucket))
                _buckets.Add(kind, bucket = new Bucket { Tokens = limits.LogBurst, At = now });
            bucket.Tokens = Math.Min(limits.LogBurst, bucket.Tokens + ((now - bucket.At).TotalSeconds * limits.LogLinesPerSecond));
            bucket.At = now;
            if (bucket.Tokens < 1)
            {
                bucket.LeftOut++;
                return false;
            }

            bucket.Tokens--;
            (leftOut, bucket.LeftOut) = (bucket.LeftOut, 0);
            return true;
        }
    }

    /// <summary>Takes the counts of what was left out and not told yet.</summary>
    internal IReadOnlyList<(int Kind, long LeftOut)> TakeLeftOut()
    {
        lock (_lock)
        {
            List<(int, long)> counts = [];
            foreach ((int kind, Bucket bucket) in _buckets)
            {
                if (bucket.LeftOut == 0)
                    continue;
                counts.Add((kind, bucket.LeftOut));
                bucket.LeftOut = 0;
            }

            return counts;
        }
    }

    private sealed class Bucket
    {
        internal double Tokens { get; set; }

        internal DateTimeOffset At { get; set; }

        internal long LeftOut { get; set; }
    }
}
