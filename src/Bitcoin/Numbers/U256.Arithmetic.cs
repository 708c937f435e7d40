using System.Numerics;

namespace Bitcoin;

/// <summary>Arithmetic. Nothing here throws on overflow: each operation says what it does when the result does not fit.</summary>
public readonly partial struct U256
{
    /// <summary>1.</summary>
    public static U256 One => new(1, 0, 0, 0);

    /// <summary>Whether it is 0.</summary>
    public bool IsZero => (_w0 | _w1 | _w2 | _w3) == 0;

    /// <summary>The place of the highest bit set, counted from 1; 0 for zero.</summary>
    public int BitLength =>
        _w3 != 0 ? 256 - BitOperations.LeadingZeroCount(_w3)
        : _w2 != 0 ? 192 - BitOperations.LeadingZeroCount(_w2)
        : _w1 != 0 ? 128 - BitOperations.LeadingZeroCount(_w1)
        : 64 - BitOperations.LeadingZeroCount(_w0);

    /// <summary>The lowest 64 bits.</summary>
    public ulong LowUInt64 => _w0;

    /// <summary>The lowest 32 bits.</summary>
    public uint LowUInt32 => (uint)_w0;

    /// <summary>Widens.</summary>
    public static U256 From(ulong value) => new(value, 0, 0, 0);

    /// <summary>Widens.</summary>
    public static U256 From(UInt128 value) => new((ulong)value, (ulong)(value >> 64), 0, 0);

    /// <summary>Bitwise complement; equals 2^256 − 1 − <paramref name="value"/>.</summary>
    public static U256 operator ~(U256 value) => new(~value._w0, ~value._w1, ~value._w2, ~value._w3);

    /// <summary>Shifts left; bits beyond 256 are lost, a count of 256 or more gives 0.</summary>
    public static U256 operator <<(U256 value, int count)
    {
        if (count >= 256)
            return Zero;
        int words = count >> 6;
        int bits = count & 63;
        Span<ulong> result = stackalloc ulong[4];
        for (int i = 3; i >= words; i--)
        {
            result[i] = value.Word(i - words) << bits;
            if (bits != 0 && i > words)
                result[i] |= value.Word(i - words - 1) >> (64 - bits);
        }

        return new U256(result[0], result[1], result[2], result[3]);
    }

    /// <summary>Shifts right; a count of 256 or more gives 0.</summary>
    public static U256 operator >>(U256 value, int count)
    {
        if (count >= 256)
            return Zero;
        int words = count >> 6;
        int bits = count & 63;
        Span<ulong> result = stackalloc ulong[4];
        for (int i = 0; i < 4 - words; i++)
        {
            result[i] = value.Word(i + words) >> bits;
            if (bits != 0 && i + words < 3)
                result[i] |= value.Word(i + words + 1) << (64 - bits);
        }

        return new U256(result[0], result[1], result[2], result[3]);
    }

    /// <summary>The numerically smaller.</summary>
    public static U256 Min(U256 left, U256 right) => left < right ? left : right;

    /// <summary>The numerically greater.</summary>
    public static U256 Max(U256 left, U256 right) => left < right ? right : left;

    /// <summary>Adds modulo 2^256; false when the sum did not fit.</summary>
    public static bool TryAdd(U256 left, U256 right, out U256 sum)
    {
        UInt128 part = (UInt128)left._w0 + right._w0;
        ulong w0 = (ulong)part;
        part = (UInt128)left._w1 + right._w1 + (part >> 64);
        ulong w1 = (ulong)part;
        part = (UInt128)left._w2 + right._w2 + (part >> 64);
        ulong w2 = (ulong)part;
        part = (UInt128)left._w3 + right._w3 + (part >> 64);
        sum = new U256(w0, w1, w2, (ulong)part);
        return part >> 64 == 0;
    }

    /// <summary>Subtracts modulo 2^256; false when the difference is negative.</summary>
    public static bool TrySubtract(U256 left, U256 right, out U256 difference)
    {
        _ = TryAdd(left, ~right, out difference);
        _ = TryAdd(difference, One, out difference);
        return left >= right;
    }

    /// <summary>Multiplies modulo 2^256; false when the product did not fit.</summary>
    public static bool TryMultiply(U256 left, U256 right, out U256 product)
    {
        Span<ulong> result = stackalloc ulong[8];
        result.Clear();
        for (int i = 0; i < 4; i++)
        {
            ulong carry = 0;
            for (int j = 0; j < 4; j++)
            {
                UInt128 part = ((UInt128)left.Word(i) * right.Word(j)) + result[i + j] + carry;
                result[i + j] = (ulong)part;
                carry = (ulong)(part >> 64);
            }

            result[i + 4] = carry;
        }

        product = new U256(result[0], result[1], result[2], result[3]);
        return (result[4] | result[5] | result[6] | result[7]) == 0;
    }

    /// <summary>The sum, or 2^256 − 1.</summary>
    public static U256 SaturatingAdd(U256 left, U256 right) => TryAdd(left, right, out U256 sum) ? sum : MaxValue;

    /// <summary>The difference, or 0.</summary>
    public static U256 SaturatingSubtract(U256 left, U256 right) => TrySubtract(left, right, out U256 difference) ? difference : Zero;

    /// <summary>The product, or 2^256 − 1.</summary>
    public static U256 SaturatingMultiply(U256 left, U256 right) => TryMultiply(left, right, out U256 product) ? product : MaxValue;

    /// <summary>Quotient (rounded down) and remainder; a divisor of 0 gives 2^256 − 1 and the dividend.</summary>
    public static (U256 Quotient, U256 Remainder) DivRem(U256 dividend, U256 divisor)
    {
        if (divisor.IsZero)
            return (MaxValue, dividend);
        if (dividend < divisor)
            return (Zero, dividend);

        // Schoolbook, a bit at a time: divisions happen when a channel opens or vardiff acts, not per share.
        int shift = dividend.BitLength - divisor.BitLength;
        U256 remainder = dividend;
        U256 step = divisor << shift;
        Span<ulong> quotient = stackalloc ulong[4];
        quotient.Clear();
        for (; shift >= 0; shift--, step >>= 1)
        {
            if (remainder < step)
                continue;
            _ = TrySubtract(remainder, step, out remainder);
            quotient[shift >> 6] |= 1UL << (shift & 63);
        }

        return (new U256(quotient[0], quotient[1], quotient[2], quotient[3]), remainder);
    }

    /// <summary>The nearest double, ties to even.</summary>
    public double ToDouble()
    {
        int length = BitLength;
        if (length <= 64)
            return _w0;
        int shift = length - 64;
        U256 top = this >> shift;

        // Bits that were cut only matter as "something was there" for rounding 64 bits to 53.
        ulong sticky = (top << shift) == this ? 0UL : 1UL;
        return Math.ScaleB((double)(top._w0 | sticky), shift);
    }

    private ulong Word(int index) => index switch
    {
        0 => _w0,
        1 => _w1,
        2 => _w2,
        _ => _w3,
    };
}
