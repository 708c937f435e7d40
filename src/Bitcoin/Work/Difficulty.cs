namespace Bitcoin;

/// <summary>
/// Difficulty: how many times harder than the target of <c>nBits</c> 0x1d00ffff (difficulty 1, about 2^32 hashes on
/// average) something is. Defined for display and work sums; nothing is accepted or refused by it.
/// </summary>
public static class Difficulty
{
    /// <summary>The target of difficulty 1: 0xffff × 2^208.</summary>
    public static U256 TargetOfOne => U256.From(0xffffUL) << 208;

    /// <summary>0xffff × 2^208 / <paramref name="target"/>; infinite for 0. Of a hash: the difficulty it would have met.</summary>
    public static double Of(U256 target) => TargetOfOneAsDouble / target.ToDouble();

    private const double TargetOfOneAsDouble = 65535.0 * (1UL << 52) * (1UL << 52) * (1UL << 52) * (1UL << 52);
}
