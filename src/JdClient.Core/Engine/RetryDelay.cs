namespace JdClient.Core.Engine;

/// <summary>Exponential pauses.</summary>
internal static class RetryDelay
{
    // 2^20 times any base is beyond every maximum.
    private const int MaxDoublings = 20;

    /// <summary>base × 2^(<paramref name="failures"/> − 1), at most <paramref name="max"/>; zero before the first failure.</summary>
    public static TimeSpan After(int failures, TimeSpan first, TimeSpan max)
    {
        if (failures <= 0)
            return TimeSpan.Zero;
        double ticks = first.Ticks * (double)(1L << Math.Min(failures - 1, MaxDoublings));
        return ticks >= max.Ticks ? max : TimeSpan.FromTicks((long)ticks);
    }
}
