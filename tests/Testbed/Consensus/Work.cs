using System.Numerics;

namespace Testbed.Consensus;

/// <summary>Targets, difficulty and hash rate, in unbounded integers.</summary>
public static class Work
{
    private static readonly BigInteger Space = BigInteger.One << 256;

    /// <summary>The target that compact bits stand for; negative and overflowing forms give 0, which no hash meets.</summary>
    public static U256 TargetOfBits(uint bits)
    {
        int exponent = (int)(bits >> 24);
        BigInteger mantissa = bits & 0x7fffff;
        if ((bits & 0x800000) != 0)
            return U256.Zero;
        BigInteger target = exponent <= 3 ? mantissa >> (8 * (3 - exponent)) : mantissa << (8 * (exponent - 3));
        return target >= Space ? U256.Zero : FromInteger(target);
    }

    /// <summary>The compact form of a target, rounded down as in headers.</summary>
    public static uint BitsOfTarget(U256 target)
    {
        byte[] bytes = ToInteger(target).ToByteArray(isUnsigned: true, isBigEndian: true);
        int size = bytes.Length;
        if (bytes[0] >= 0x80)
            return ((uint)(size + 1) << 24) | ((uint)bytes[0] << 8) | (size > 1 ? bytes[1] : 0u);
        uint mantissa = 0;
        for (int i = 0; i < 3; i++)
            mantissa = (mantissa << 8) | (i < size ? bytes[i] : 0u);
        return ((uint)size << 24) | mantissa;
    }

    /// <summary>The target that takes <paramref name="hashes"/> hashes on average; 1 or fewer give the largest target.</summary>
    public static U256 TargetOfHashes(double hashes)
    {
        BigInteger count = double.IsFinite(hashes) && hashes > 1 ? new BigInteger(hashes) : BigInteger.One;
        return FromInteger((Space / count) - 1);
    }

    /// <summary>Hashes that meeting a target takes on average.</summary>
    public static double HashesOfTarget(U256 target) => (double)Space / ((double)ToInteger(target) + 1);

    /// <summary>Difficulty as pools count it: the target of bits 0x1d00ffff divided by this one.</summary>
    public static double DifficultyOfTarget(U256 target) =>
        (double)ToInteger(TargetOfBits(0x1d00ffff)) / Math.Max(1, (double)ToInteger(target));

    internal static BigInteger ToInteger(U256 value) => new(value.ToLittleEndian(), isUnsigned: true);

    private static U256 FromInteger(BigInteger value)
    {
        Span<byte> bytes = stackalloc byte[32];
        bytes.Clear();
        value.TryWriteBytes(bytes, out _, isUnsigned: true);
        return U256.FromLittleEndian(bytes);
    }
}
