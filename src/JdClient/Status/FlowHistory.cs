using System.Collections.Immutable;

namespace JdClient.Status;

/// <summary>Hash rate and shares of a stretch of time.</summary>
/// <param name="At">Its end.</param>
/// <param name="Secs">How long it was, seconds.</param>
/// <param name="HashRate">Sum of the channels' hash rates at its end, or its mean where stretches were put together, hashes/s.</param>
/// <param name="Accepted">Valid shares of miners.</param>
/// <param name="Rejected">Refused shares of miners.</param>
/// <param name="AcceptedUpstream">Shares that pools accepted.</param>
/// <param name="RejectedUpstream">Shares that pools refused.</param>
internal sealed record FlowSample(
    DateTimeOffset At, double Secs, double HashRate, long Accepted, long Rejected, long AcceptedUpstream, long RejectedUpstream);

/// <summary>
/// Hash rate and shares of the last hour and of the last day, for who looks at them only now. One task writes it; anybody reads it.
/// Bounded: the oldest makes room. It begins with the process.
/// </summary>
internal sealed class FlowHistory(StatusService status, DaemonStatus daemon, TimeProvider time)
{
    /// <summary>How long a sample of the hour is.</summary>
    internal static readonly TimeSpan HourInterval = TimeSpan.FromSeconds(20);

    /// <summary>How long one of the day is.</summary>
    internal static readonly TimeSpan DayInterval = HourInterval * PerDaySample;

    /// <summary>Samples of an hour.</summary>
    internal const int HourCapacity = 180;

    /// <summary>Samples of a day.</summary>
    internal const int DayCapacity = 144;

    private const int PerDaySample = 30;

    private ImmutableList<FlowSample> _hour = [];
    private ImmutableList<FlowSample> _day = [];

    // Touched by the writing task alone.
    private readonly List<FlowSample> _together = new(PerDaySample);
    private ShareFlowSnapshot _before = status.ReadShares();
    private long _beforeAt = time.GetTimestamp();

    /// <summary>Samples of <see cref="HourInterval"/>, the oldest first.</summary>
    internal ImmutableList<FlowSample> Hour => Volatile.Read(ref _hour);

    /// <summary>Samples of <see cref="DayInterval"/>, the oldest first.</summary>
    internal ImmutableList<FlowSample> Day => Volatile.Read(ref _day);

    /// <summary>Samples until the token is cancelled.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(HourInterval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
            Sample();
    }

    /// <summary>Takes what has come since the sample before.</summary>
    internal void Sample()
    {
        ShareFlowSnapshot shares = status.ReadShares();
        long at = time.GetTimestamp();
        var sample = new FlowSample(
            time.GetUtcNow(),
            time.GetElapsedTime(_beforeAt, at).TotalSeconds,
            daemon.Snapshot?.HashRate ?? 0,
            shares.Accepted - _before.Accepted,
            shares.Rejected - _before.Rejected,
            shares.AcceptedUpstream - _before.AcceptedUpstream,
            shares.RejectedUpstream - _before.RejectedUpstream);
        (_before, _beforeAt) = (shares, at);
        Volatile.Write(ref _hour, With(_hour, sample, HourCapacity));
        _together.Add(sample);
        if (_together.Count < PerDaySample)
            return;
        Volatile.Write(ref _day, With(_day, Merge(_together), DayCapacity));
        _together.Clear();
    }

    private static ImmutableList<FlowSample> With(ImmutableList<FlowSample> samples, FlowSample sample, int capacity) =>
        (samples.Count < capacity ? samples : samples.RemoveAt(0)).Add(sample);

    private static FlowSample Merge(List<FlowSample> samples) => new(
        samples[^1].At,
        samples.Sum(static sample => sample.Secs),
        samples.Average(static sample => sample.HashRate),
        samples.Sum(static sample => sample.Accepted),
        samples.Sum(static sample => sample.Rejected),
        samples.Sum(static sample => sample.AcceptedUpstream),
        samples.Sum(static sample => sample.RejectedUpstream));
}
