namespace Bitcoin;

/// <summary>The compact form of targets in block headers, <c>nBits</c>: an exponent byte and a signed 23-bit mantissa.</summary>
public static class CompactTarget
{
    private const uint SignBit = 0x0080_0000;
    private const uint MantissaMask = 0x007f_ffff;

    /// <summary>
    /// The target that <paramref name="nBits"/> stands for. Forms that Bitcoin's proof-of-work rule refuses (negative,
    /// zero, more than 256 bits) give 0, which no hash meets.
    /// </summary>
    public static U256 ToTarget(uint nBits)
    {
        int size = (int)(nBits >> 24);
        uint mantissa = nBits & MantissaMask;
        if (size <= 3)
            mantissa >>= 8 * (3 - size);
        if (mantissa == 0 || (nBits & SignBit) != 0)
            return U256.Zero;
        if (size <= 3)
            return U256.From(mantissa);
        bool tooLarge = size > 34 || (mantissa > 0xff && size > 33) || (mantissa > 0xffff && size > 32);
        return tooLarge ? U256.Zero : U256.From(mantissa) << (8 * (size - 3));
    }

    /// <summary>The compact form of <paramref name="target"/>; keeps the highest 2 to 3 bytes and cuts the rest.</summary>
    public static uint FromTarget(U256 target)
    {
        int size = (target.BitLength + 7) / 8;
        U256 scaled = size <= 3 ? target << (8 * (3 - size)) : target >> (8 * (size - 3));
        uint mantissa = scaled.LowUInt32;
        if ((mantissa & SignBit) != 0)
        {
            mantissa >>= 8;
            size++;
        }

        return mantissa | ((uint)size << 24);
    }
}
