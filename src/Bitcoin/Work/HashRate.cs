namespace Bitcoin;

/// <summary>How a hash rate and a rate of shares make a target, and back.</summary>
public static class HashRate
{
    private const double TwoTo256 = 4294967296.0 * 4294967296.0 * 4294967296.0 * 4294967296.0
        * 4294967296.0 * 4294967296.0 * 4294967296.0 * 4294967296.0;

    /// <summary>
    /// The target at which <paramref name="hashesPerSecond"/> finds <paramref name="sharesPerMinute"/> on average:
    /// (2^256 − 1 − n) / (n + 1), n being the hashes for one share as an integer; n and n + 1 saturate at 2^128 − 1. A rate
    /// of 0 gives the largest target. Null when the hash rate is negative, infinite or not a number, or when the share rate is not
    /// a positive finite number.
    /// </summary>
    public static U256? ToTarget(double hashesPerSecond, double sharesPerMinute)
    {
        if (!double.IsFinite(hashesPerSecond) || hashesPerSecond < 0 || !double.IsFinite(sharesPerMinute) || sharesPerMinute <= 0)
            return null;

        // The conversion saturates, so an absurd rate gives the hardest target, never a wrapped one. The order of the
        // floating-point operations is that of other implementations, which so come to the same target.
        UInt128 hashes = (UInt128)(hashesPerSecond * (60 / sharesPerMinute));
        UInt128 divisor = hashes == UInt128.MaxValue ? hashes : hashes + 1;
        return U256.DivRem(~U256.From(hashes), U256.From(divisor)).Quotient;
    }

    /// <summary>
    /// The hash rate, in hashes per second, that finds <paramref name="sharesPerMinute"/> at <paramref name="target"/> on
    /// average: 2^256 / (target + 1) × shares / 60.
    /// </summary>
    public static double FromTarget(U256 target, double sharesPerMinute) => HashesPerShare(target) * sharesPerMinute / 60;

    /// <summary>Hashes that one share at <paramref name="target"/> takes on average: 2^256 / (target + 1), at least 1.</summary>
    public static double HashesPerShare(U256 target) => TwoTo256 / (target.ToDouble() + 1);
}
