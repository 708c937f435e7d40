namespace JdClient.ChannelManager;

/// <summary>
/// One timer for the channel manager's next deadline. Set again only for an earlier deadline than the one it waits for:
/// a deadline that moved back costs one idle wake-up instead of a timer change for every event. Actor only, except the
/// callback.
/// </summary>
internal sealed class WakeUpTimer : IDisposable
{
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private DateTimeOffset? _armed;
    private int _fired;

    internal WakeUpTimer(TimeProvider time, Action onFired)
    {
        _time = time;
        _timer = time.CreateTimer(
            _ =>
            {
                Volatile.Write(ref _fired, 1);
                onFired();
            },
            null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether the timer has fired since it was asked last; it is then no longer set.</summary>
    internal bool TakeFired()
    {
        if (Interlocked.Exchange(ref _fired, 0) == 0)
            return false;
        _armed = null;
        return true;
    }

    /// <summary>Makes sure that it fires at this time or earlier.</summary>
    internal void Arm(DateTimeOffset? at)
    {
        if (at is not { } due || (_armed is { } armed && armed <= due))
            return;
        _armed = due;
        TimeSpan wait = due - _time.GetUtcNow();

        // Whole milliseconds, rounded up: the timer would otherwise fire just before the deadline and find nothing due.
        double milliseconds = Math.Clamp(Math.Ceiling(wait.TotalMilliseconds), 0, 24 * 3600 * 1000d);
        _timer.Change(TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();
}
