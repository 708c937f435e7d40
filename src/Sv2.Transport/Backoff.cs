namespace Sv2.Transport;

/// <summary>
/// Exponential backoff with jitter: the n-th wait is drawn from the upper half of <c>initial · 2^n</c>, at most
/// <c>maximum</c>. Pure: the attempt and the random number are parameters.
/// </summary>
public sealed record Backoff
{
    /// <summary>The nominal first wait. Default 1 s.</summary>
    public TimeSpan Initial { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The nominal longest wait. Default 60 s.</summary>
    public TimeSpan Maximum { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The wait before the next attempt.</summary>
    /// <param name="failures">Failures in a row so far, less one: 0 after the first. Reset to 0 by a success.</param>
    /// <param name="random">Uniform in [0, 1): the share of the jitter; values outside are clamped.</param>
    public TimeSpan Delay(int failures, double random)
    {
        double nominal = Math.Min(Initial.Ticks * Math.Pow(2, Math.Clamp(failures, 0, 62)), Maximum.Ticks);
        double jitter = double.IsNaN(random) ? 0 : Math.Clamp(random, 0, 1);
        return TimeSpan.FromTicks((long)(nominal * (0.5 + (jitter / 2))));
    }
}
