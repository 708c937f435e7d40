using JdClient.Configuration;

namespace JdClient.Downstream;

/// <summary>
/// How fast one connection may send: a bucket that fills with <see cref="LimitConfiguration.MessagesPerSecond"/> and so much
/// more for each of its channels, and holds what that is in <see cref="Burst"/>. Who empties it is not read from for a moment,
/// so that TCP holds it back and nothing is lost; whose bucket stays empty for
/// <see cref="LimitConfiguration.FloodTimeout"/> floods us. The connection's read loop owns it; only
/// <see cref="ChangeChannels"/> is called from elsewhere.
/// </summary>
internal sealed class MessageRate
{
    /// <summary>What a bucket holds, as a time at its rate.</summary>
    internal static readonly TimeSpan Burst = TimeSpan.FromSeconds(10);

    /// <summary>Shortest wait: a timer for each message would cost more than the message.</summary>
    internal static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(100);

    private readonly LimitConfiguration _limits;
    private readonly TimeProvider _time;
    private readonly double _perChannel;
    private double _tokens;
    private long _filledAt;
    private long? _emptySince;
    private int _channels;

    internal MessageRate(LimitConfiguration limits, double sharesPerMinute, TimeProvider time)
    {
        _limits = limits;
        _time = time;

        // Several times what vardiff aims at: a fast miner is over it only until its target has been set.
        _perChannel = Math.Max(limits.MessagesPerSecondPerChannel, 4 * sharesPerMinute / 60);
        _tokens = PerSecond * Burst.TotalSeconds;
        _filledAt = time.GetTimestamp();
    }

    /// <summary>Messages a second that it may send now.</summary>
    internal double PerSecond => _limits.MessagesPerSecond + (_perChannel * Volatile.Read(ref _channels));

    /// <summary>Whether it has been held back, almost without a pause, for as long as the limits allow.</summary>
    internal bool IsFlooding => _emptySince is { } since && _time.GetElapsedTime(since) > _limits.FloodTimeout;

    /// <summary>Counts its open channels up or down. From any thread.</summary>
    internal void ChangeChannels(int by) => Interlocked.Add(ref _channels, by);

    /// <summary>Takes one message into account. How long to wait before the next is read; mostly zero.</summary>
    internal TimeSpan Take()
    {
        long now = _time.GetTimestamp();
        double perSecond = PerSecond;
        double capacity = perSecond * Burst.TotalSeconds;
        _tokens = Math.Min(capacity, _tokens + (_time.GetElapsedTime(_filledAt, now).TotalSeconds * perSecond)) - 1;
        _filledAt = now;
        if (_tokens >= 0)
        {
            if (_tokens > capacity / 2)
                _emptySince = null;
            return TimeSpan.Zero;
        }

        _emptySince ??= now;
        TimeSpan missing = TimeSpan.FromSeconds(-_tokens / perSecond);
        return missing > ShortestWait ? missing : ShortestWait;
    }
}
