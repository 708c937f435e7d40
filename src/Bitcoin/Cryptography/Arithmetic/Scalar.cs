using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Bitcoin.Cryptography.Arithmetic;

/// <summary>
/// A number modulo n, the order of secp256k1's group: four 64-bit words, least significant first, always below n. No operation has
/// branches or memory accesses that depend on the value.
/// </summary>
internal readonly struct Scalar
{
    // n, and 2^256 − n (129 bits).
    private const ulong N0 = 0xBFD25E8CD0364141;
    private const ulong N1 = 0xBAAEDCE6AF48A03B;
    private const ulong N2 = 0xFFFFFFFFFFFFFFFE;
    private const ulong N3 = 0xFFFFFFFFFFFFFFFF;
    private const ulong C0 = ~N0 + 1;
    private const ulong C1 = ~N1;
    private const ulong C2 = 1;

    private readonly ulong _w0;
    private readonly ulong _w1;
    private readonly ulong _w2;
    private readonly ulong _w3;

    private Scalar(ulong w0, ulong w1, ulong w2, ulong w3) => (_w0, _w1, _w2, _w3) = (w0, w1, w2, w3);

    public static Scalar operator +(in Scalar a, in Scalar b)
    {
        UInt128 t = (UInt128)a._w0 + b._w0;
        ulong w0 = (ulong)t;
        t = (t >> 64) + a._w1 + b._w1;
        ulong w1 = (ulong)t;
        t = (t >> 64) + a._w2 + b._w2;
        ulong w2 = (ulong)t;
        t = (t >> 64) + a._w3 + b._w3;
        return Reduce(w0, w1, w2, (ulong)t, (ulong)(t >> 64));
    }

    public static Scalar operator -(in Scalar a)
    {
        ulong w0 = Subtract(N0, a._w0, 0, out ulong borrow);
        ulong w1 = Subtract(N1, a._w1, borrow, out borrow);
        ulong w2 = Subtract(N2, a._w2, borrow, out borrow);
        ulong w3 = Subtract(N3, a._w3, borrow, out _);
        ulong nonZero = a.NonZeroMask();
        return new Scalar(w0 & nonZero, w1 & nonZero, w2 & nonZero, w3 & nonZero);
    }

    public static Scalar operator *(in Scalar a, in Scalar b)
    {
        Span<ulong> left = [a._w0, a._w1, a._w2, a._w3];
        Span<ulong> right = [b._w0, b._w1, b._w2, b._w3];
        Span<ulong> product = stackalloc ulong[8];
        Multiply(left, right, product);

        // 2^256 = c (mod n), c of 129 bits: two folds leave 512 → 385 → 258 bits, the third the rest.
        ReadOnlySpan<ulong> c = [C0, C1, C2];
        Span<ulong> folded = stackalloc ulong[8];
        for (int fold = 0; fold < 3; fold++)
        {
            folded.Clear();
            Multiply(product[4..], c, folded);
            AddTo(folded, product[..4]);
            folded.CopyTo(product);
        }

        Scalar result = Reduce(product[0], product[1], product[2], product[3], product[4]);
        left.Clear();
        right.Clear();
        product.Clear();
        folded.Clear();
        return result;
    }

    public bool IsZero() => (_w0 | _w1 | _w2 | _w3) == 0;

    public bool IsOdd() => (_w0 & 1) != 0;

    /// <summary><paramref name="a"/> where the mask is all ones, <paramref name="b"/> where it is 0.</summary>
    public static Scalar Select(ulong mask, in Scalar a, in Scalar b) => new(
        b._w0 ^ (mask & (a._w0 ^ b._w0)),
        b._w1 ^ (mask & (a._w1 ^ b._w1)),
        b._w2 ^ (mask & (a._w2 ^ b._w2)),
        b._w3 ^ (mask & (a._w3 ^ b._w3)));

    /// <summary>The value where it is odd, otherwise n − value; the mask says which: all ones where it was negated.</summary>
    public Scalar MakeOdd(out ulong negated)
    {
        negated = (_w0 & 1) - 1;
        return Select(negated, -this, this);
    }

    /// <summary>
    /// One of the 64 signed digits of an odd value: value = Σ digit(i) · 16^i with every digit odd, from −15 to 15, the last one
    /// positive. No digit is 0, so a multiplication does the same work for every value.
    /// </summary>
    /// <param name="index">0 to 63.</param>
    /// <param name="negative">All ones for a negative digit, otherwise 0.</param>
    /// <returns>The digit's size as an index into 1, 3, 5, … 15: from 0 to 7.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint OddDigit(int index, out ulong negative)
    {
        // Bits 4i+1 … 4i+4 as b give the digit 2b − 15; above the last bit stands a one, which makes the last digit positive.
        int bit = (4 * index) + 1;
        ulong word = Word(bit >> 6) >> (bit & 63);
        ulong next = bit >> 6 == 3 ? 1UL : Word((bit >> 6) + 1);
        uint b = (uint)((word | ((next << 1) << (63 - (bit & 63)))) & 15);
        negative = ((ulong)b >> 3) - 1;
        return (b ^ (uint)negative) & 7;
    }

    /// <summary>Reads 32 big-endian bytes; false where they are n or more.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out Scalar value)
    {
        ulong w3 = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        ulong w2 = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        ulong w1 = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        ulong w0 = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
        _ = Subtract(w0, N0, 0, out ulong borrow);
        _ = Subtract(w1, N1, borrow, out borrow);
        _ = Subtract(w2, N2, borrow, out borrow);
        _ = Subtract(w3, N3, borrow, out borrow);
        value = new Scalar(w0, w1, w2, w3);
        return borrow != 0;
    }

    /// <summary>Reads 32 big-endian bytes, modulo n.</summary>
    public static Scalar Read(ReadOnlySpan<byte> bytes) => Reduce(
        BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
        BinaryPrimitives.ReadUInt64BigEndian(bytes),
        0);

    /// <summary>Writes 32 big-endian bytes.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _w3);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _w2);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _w1);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _w0);
    }

    // The index is public: the position of a digit.
    private ulong Word(int index) => index switch
    {
        0 => _w0,
        1 => _w1,
        2 => _w2,
        _ => _w3,
    };

    private ulong NonZeroMask()
    {
        ulong any = _w0 | _w1 | _w2 | _w3;
        return 0 - ((any | (0 - any)) >> 63);
    }

    // A value below 2n in 257 bits.
    private static Scalar Reduce(ulong w0, ulong w1, ulong w2, ulong w3, ulong w4)
    {
        ulong r0 = Subtract(w0, N0, 0, out ulong borrow);
        ulong r1 = Subtract(w1, N1, borrow, out borrow);
        ulong r2 = Subtract(w2, N2, borrow, out borrow);
        ulong r3 = Subtract(w3, N3, borrow, out borrow);
        ulong below = 0 - (borrow & (w4 ^ 1));
        return Select(below, new Scalar(w0, w1, w2, w3), new Scalar(r0, r1, r2, r3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Subtract(ulong a, ulong b, ulong borrowIn, out ulong borrowOut)
    {
        UInt128 difference = (UInt128)a - b - borrowIn;
        borrowOut = (ulong)(difference >> 64) & 1;
        return (ulong)difference;
    }

    private static void Multiply(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<ulong> product)
    {
        for (int i = 0; i < a.Length; i++)
        {
            ulong carry = 0;
            for (int j = 0; j < b.Length; j++)
            {
                UInt128 t = Math.BigMul(a[i], b[j]);
                t += product[i + j];
                t += carry;
                product[i + j] = (ulong)t;
                carry = (ulong)(t >> 64);
            }

            product[i + b.Length] = carry;
        }
    }

    private static void AddTo(Span<ulong> sum, ReadOnlySpan<ulong> addend)
    {
        UInt128 t = 0;
        for (int i = 0; i < sum.Length; i++)
        {
            t = (t >> 64) + sum[i] + (i < addend.Length ? addend[i] : 0UL);
            sum[i] = (ulong)t;
        }
    }
}
