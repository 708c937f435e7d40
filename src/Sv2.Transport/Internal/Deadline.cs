namespace Sv2.Transport.Internal;

/// <summary>
/// A timer that is armed only while something is waited for. <see cref="Pause"/> and <see cref="Resume"/> do not touch it:
/// when it fires too early it arms itself for the rest. One thread starts, stops, pauses; the callback comes on another.
/// </summary>
internal sealed class Deadline : IDisposable
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    private readonly TimeProvider _time;
    private readonly Action _expired;
    private readonly ITimer _timer;
    private long _since;
    private long _durationTicks = Timeout.InfiniteTimeSpan.Ticks;
    private bool _paused;

    internal Deadline(TimeProvider time, Action expired)
    {
        _time = time;
        _expired = expired;
        _timer = time.CreateTimer(static state => ((Deadline)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private TimeSpan Duration => TimeSpan.FromTicks(Volatile.Read(ref _durationTicks));

    /// <summary>Waits for <paramref name="duration"/> from now; infinite means not at all.</summary>
    internal void Start(TimeSpan duration)
    {
        bool wasOff = Duration == Timeout.InfiniteTimeSpan;
        Volatile.Write(ref _since, _time.GetTimestamp());
        Volatile.Write(ref _durationTicks, duration.Ticks);
        if (!wasOff || duration != Timeout.InfiniteTimeSpan)
            _timer.Change(duration, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Waits no longer.</summary>
    internal void Stop() => Start(Timeout.InfiniteTimeSpan);

    /// <summary>Lets time pass uncounted until <see cref="Resume"/>.</summary>
    internal void Pause() => Volatile.Write(ref _paused, true);

    /// <summary>Begins the wait anew.</summary>
    internal void Resume()
    {
        Volatile.Write(ref _since, _time.GetTimestamp());
        Volatile.Write(ref _paused, false);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void OnTimer()
    {
        TimeSpan duration = Duration;
        if (duration == Timeout.InfiniteTimeSpan)
            return;
        TimeSpan left = Volatile.Read(ref _paused) ? duration : duration - _time.GetElapsedTime(Volatile.Read(ref _since));
        if (left <= TimeSpan.Zero)
            _expired();
        else
            _timer.Change(left < Shortest ? Shortest : left, Timeout.InfiniteTimeSpan);
    }
}
