using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Bitcoin.Cryptography.Arithmetic;

/// <summary>
/// A number modulo p = 2^256 − 2^32 − 977, the field secp256k1 is defined over.
/// <para>
/// Five limbs of 52 bits, least significant first. Between operations a limb may be a little over 52 bits (the last one 48), so a
/// value has more than one representation; <see cref="Normalize"/> gives the smallest. Every operation takes and gives such values,
/// so there are no magnitudes to keep track of.
/// </para>
/// <para>
/// No operation has branches or memory accesses that depend on the value, except the ones whose name ends in <c>Var</c>. The
/// runtime's compiler gives no guarantee of constant time; nothing here relies on more than masks and carries.
/// </para>
/// </summary>
internal readonly partial struct FieldElement
{
    private const ulong Mask52 = (1UL << 52) - 1;
    private const ulong Mask48 = (1UL << 48) - 1;

    // 2^256 mod p, and 2^260 mod p.
    private const ulong Fold256 = 0x1000003D1;
    private const ulong Fold260 = Fold256 << 4;

    // p, limb by limb.
    private const ulong P0 = 0xFFFFEFFFFFC2F;
    private const ulong P1 = Mask52;
    private const ulong P4 = Mask48;

    private readonly ulong _n0;
    private readonly ulong _n1;
    private readonly ulong _n2;
    private readonly ulong _n3;
    private readonly ulong _n4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private FieldElement(ulong n0, ulong n1, ulong n2, ulong n3, ulong n4) =>
        (_n0, _n1, _n2, _n3, _n4) = (n0, n1, n2, n3, n4);

    public static FieldElement Zero => default;

    public static FieldElement One => new(1, 0, 0, 0, 0);

    /// <summary>The constant of the curve y² = x³ + 7.</summary>
    public static FieldElement Seven => new(7, 0, 0, 0, 0);

    public static FieldElement operator +(in FieldElement a, in FieldElement b) =>
        Carry(a._n0 + b._n0, a._n1 + b._n1, a._n2 + b._n2, a._n3 + b._n3, a._n4 + b._n4);

    // a + 2p − b, so that no limb falls below zero.
    public static FieldElement operator -(in FieldElement a, in FieldElement b) => Carry(
        a._n0 + (2 * P0) - b._n0,
        a._n1 + (2 * P1) - b._n1,
        a._n2 + (2 * P1) - b._n2,
        a._n3 + (2 * P1) - b._n3,
        a._n4 + (2 * P4) - b._n4);

    public static FieldElement operator -(in FieldElement a) => Zero - a;

    // Compiled with all optimizations at once: otherwise the first few dozen handshakes after a start take 5 ms each.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static FieldElement operator *(in FieldElement a, in FieldElement b)
    {
        ulong a0 = a._n0, a1 = a._n1, a2 = a._n2, a3 = a._n3, a4 = a._n4;
        ulong b0 = b._n0, b1 = b._n1, b2 = b._n2, b3 = b._n3, b4 = b._n4;

        // The nine columns of the product; each is below 5 · 2^105.
        Accumulator c5 = default, c6 = default, c7 = default, c8 = default;
        c5.Add(a1, b4);
        c5.Add(a2, b3);
        c5.Add(a3, b2);
        c5.Add(a4, b1);
        c6.Add(a2, b4);
        c6.Add(a3, b3);
        c6.Add(a4, b2);
        c7.Add(a3, b4);
        c7.Add(a4, b3);
        c8.Add(a4, b4);
        (ulong h5, ulong h6, ulong h7, ulong h8, ulong h9) = Split(c5, c6, c7, c8);

        // 2^260 folds the upper half onto the lower one, column by column.
        Accumulator column = default;
        column.Add(a0, b0);
        column.Add(h5, Fold260);
        ulong r0 = column.TakeLimb();
        column.Add(a0, b1);
        column.Add(a1, b0);
        column.Add(h6, Fold260);
        ulong r1 = column.TakeLimb();
        column.Add(a0, b2);
        column.Add(a1, b1);
        column.Add(a2, b0);
        column.Add(h7, Fold260);
        ulong r2 = column.TakeLimb();
        column.Add(a0, b3);
        column.Add(a1, b2);
        column.Add(a2, b1);
        column.Add(a3, b0);
        column.Add(h8, Fold260);
        ulong r3 = column.TakeLimb();
        column.Add(a0, b4);
        column.Add(a1, b3);
        column.Add(a2, b2);
        column.Add(a3, b1);
        column.Add(a4, b0);
        column.Add(h9, Fold260);
        return Close(r0, r1, r2, r3, column);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public FieldElement Square()
    {
        ulong a0 = _n0, a1 = _n1, a2 = _n2, a3 = _n3, a4 = _n4;
        ulong d0 = a0 * 2, d1 = a1 * 2, d2 = a2 * 2, d3 = a3 * 2;

        Accumulator c5 = default, c6 = default, c7 = default, c8 = default;
        c5.Add(d1, a4);
        c5.Add(d2, a3);
        c6.Add(d2, a4);
        c6.Add(a3, a3);
        c7.Add(d3, a4);
        c8.Add(a4, a4);
        (ulong h5, ulong h6, ulong h7, ulong h8, ulong h9) = Split(c5, c6, c7, c8);

        Accumulator column = default;
        column.Add(a0, a0);
        column.Add(h5, Fold260);
        ulong r0 = column.TakeLimb();
        column.Add(d0, a1);
        column.Add(h6, Fold260);
        ulong r1 = column.TakeLimb();
        column.Add(d0, a2);
        column.Add(a1, a1);
        column.Add(h7, Fold260);
        ulong r2 = column.TakeLimb();
        column.Add(d0, a3);
        column.Add(d1, a2);
        column.Add(h8, Fold260);
        ulong r3 = column.TakeLimb();
        column.Add(d0, a4);
        column.Add(d1, a3);
        column.Add(a2, a2);
        column.Add(h9, Fold260);
        return Close(r0, r1, r2, r3, column);
    }

    /// <summary>The product with a small number, at most 8.</summary>
    public FieldElement Times(uint factor) =>
        Carry(_n0 * factor, _n1 * factor, _n2 * factor, _n3 * factor, _n4 * factor);

    /// <summary>The half: an odd value is made even by adding p first.</summary>
    public FieldElement Half()
    {
        FieldElement n = Normalize();
        ulong odd = 0 - (n._n0 & 1);
        ulong t0 = n._n0 + (P0 & odd);
        ulong t1 = n._n1 + (P1 & odd);
        ulong t2 = n._n2 + (P1 & odd);
        ulong t3 = n._n3 + (P1 & odd);
        ulong t4 = n._n4 + (P4 & odd);
        return Carry(
            (t0 >> 1) + ((t1 & 1) << 51),
            (t1 >> 1) + ((t2 & 1) << 51),
            (t2 >> 1) + ((t3 & 1) << 51),
            (t3 >> 1) + ((t4 & 1) << 51),
            t4 >> 1);
    }

    /// <summary>The representation below p.</summary>
    public FieldElement Normalize()
    {
        FieldElement t = Carry(_n0, _n1, _n2, _n3, _n4);

        // At most one more p: adding 2^256 − p carries into bit 256 exactly where the value is p or above.
        ulong n0 = t._n0 + Fold256;
        ulong n1 = t._n1 + (n0 >> 52);
        ulong n2 = t._n2 + (n1 >> 52);
        ulong n3 = t._n3 + (n2 >> 52);
        ulong n4 = t._n4 + (n3 >> 52);
        ulong reduced = 0 - (n4 >> 48);
        return new FieldElement(
            Select(reduced, n0 & Mask52, t._n0),
            Select(reduced, n1 & Mask52, t._n1),
            Select(reduced, n2 & Mask52, t._n2),
            Select(reduced, n3 & Mask52, t._n3),
            Select(reduced, n4 & Mask48, t._n4));
    }

    /// <summary>Whether the value is 0.</summary>
    public bool IsZero()
    {
        FieldElement n = Normalize();
        return (n._n0 | n._n1 | n._n2 | n._n3 | n._n4) == 0;
    }

    /// <summary>Whether the smallest representation is odd.</summary>
    public bool IsOdd() => (Normalize()._n0 & 1) != 0;

    public bool ValueEquals(in FieldElement other) => (this - other).IsZero();

    /// <summary><paramref name="a"/> where the mask is all ones, <paramref name="b"/> where it is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FieldElement Select(ulong mask, in FieldElement a, in FieldElement b) => new(
        Select(mask, a._n0, b._n0),
        Select(mask, a._n1, b._n1),
        Select(mask, a._n2, b._n2),
        Select(mask, a._n3, b._n3),
        Select(mask, a._n4, b._n4));

    /// <summary>Reads 32 big-endian bytes, modulo p.</summary>
    public static FieldElement Read(ReadOnlySpan<byte> bytes)
    {
        ulong w3 = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        ulong w2 = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        ulong w1 = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        ulong w0 = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
        return new FieldElement(
            w0 & Mask52,
            ((w0 >> 52) | (w1 << 12)) & Mask52,
            ((w1 >> 40) | (w2 << 24)) & Mask52,
            ((w2 >> 28) | (w3 << 36)) & Mask52,
            w3 >> 16);
    }

    /// <summary>Reads 32 big-endian bytes; false where they are p or more.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out FieldElement value)
    {
        value = Read(bytes);
        FieldElement n = value.Normalize();
        return n._n0 == value._n0 && n._n1 == value._n1 && n._n2 == value._n2 && n._n3 == value._n3 && n._n4 == value._n4;
    }

    /// <summary>Writes the smallest representation as 32 big-endian bytes.</summary>
    public void Write(Span<byte> destination)
    {
        FieldElement n = Normalize();
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], n._n0 | (n._n1 << 52));
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], (n._n1 >> 12) | (n._n2 << 40));
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], (n._n2 >> 24) | (n._n3 << 28));
        BinaryPrimitives.WriteUInt64BigEndian(destination, (n._n3 >> 36) | (n._n4 << 16));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Select(ulong mask, ulong a, ulong b) => b ^ (mask & (a ^ b));

    // Brings limbs of up to 56 bits back to 52 (48): what is above bit 256 comes in again at the bottom.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static FieldElement Carry(ulong t0, ulong t1, ulong t2, ulong t3, ulong t4)
    {
        t0 += (t4 >> 48) * Fold256;
        t1 += t0 >> 52;
        t2 += t1 >> 52;
        t3 += t2 >> 52;
        return new FieldElement(t0 & Mask52, t1 & Mask52, t2 & Mask52, t3 & Mask52, (t4 & Mask48) + (t3 >> 52));
    }

    // Columns 5 to 8 of a product as limbs.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (ulong H5, ulong H6, ulong H7, ulong H8, ulong H9) Split(
        Accumulator c5, Accumulator c6, Accumulator c7, Accumulator c8)
    {
        ulong h5 = c5.TakeLimb();
        c6.Add(c5);
        ulong h6 = c6.TakeLimb();
        c7.Add(c6);
        ulong h7 = c7.TakeLimb();
        c8.Add(c7);
        ulong h8 = c8.TakeLimb();
        return (h5, h6, h7, h8, c8.Low);
    }

    // The last column of a product: what is above bit 256 comes in again at the bottom.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static FieldElement Close(ulong r0, ulong r1, ulong r2, ulong r3, Accumulator column)
    {
        ulong r4 = column.Low & Mask48;
        ulong above = (column.Low >> 48) | (column.High << 16);
        Accumulator first = new(r0);
        first.Add(above, Fold256);
        ulong n0 = first.TakeLimb();
        return new FieldElement(n0, r1 + first.Low, r2, r3, r4);
    }
}
