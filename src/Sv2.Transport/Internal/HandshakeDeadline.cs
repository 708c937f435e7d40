namespace Sv2.Transport.Internal;

/// <summary>
/// The deadline of a whole handshake. It rests while the peer waits for us and not we for it. Not thread-safe.
/// </summary>
internal sealed class HandshakeDeadline : IDisposable
{
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _source;
    private TimeSpan _left;
    private long _since;

    internal HandshakeDeadline(ConnectionOptions options)
    {
        _time = options.TimeProvider;
        _left = options.HandshakeTimeout;
        _since = _time.GetTimestamp();
        _source = new CancellationTokenSource(_left, _time);
    }

    /// <summary>Cancelled at the deadline.</summary>
    internal CancellationToken Token => _source.Token;

    /// <summary>Lets time pass uncounted until <see cref="Resume"/>.</summary>
    internal void Pause()
    {
        if (_left == Timeout.InfiniteTimeSpan)
            return;
        _left -= _time.GetElapsedTime(_since);
        _source.CancelAfter(Timeout.InfiniteTimeSpan);
    }

    /// <summary>Counts on.</summary>
    internal void Resume()
    {
        if (_left == Timeout.InfiniteTimeSpan)
            return;
        _since = _time.GetTimestamp();
        _source.CancelAfter(_left > TimeSpan.Zero ? _left : TimeSpan.Zero);
    }

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();
}
