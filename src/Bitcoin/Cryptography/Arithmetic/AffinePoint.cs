using System.Runtime.CompilerServices;

namespace Bitcoin.Cryptography.Arithmetic;

/// <summary>A point other than infinity, by its two coordinates.</summary>
internal readonly struct AffinePoint(in FieldElement x, in FieldElement y)
{
    public readonly FieldElement X = x;
    public readonly FieldElement Y = y;

    /// <summary>The generator G.</summary>
    public static AffinePoint Generator { get; } = new(
        FieldElement.Read(Convert.FromHexString("79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798")),
        FieldElement.Read(Convert.FromHexString("483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8")));

    /// <summary>x³ + 7, which is y² on the curve.</summary>
    public static FieldElement CurveAt(in FieldElement x) => (x.Square() * x) + FieldElement.Seven;

    /// <summary>Whether the coordinates fulfil the curve's equation.</summary>
    public bool IsOnCurve() => Y.Square().ValueEquals(CurveAt(X));

    /// <summary>The point with this x and an even y (BIP340 <c>lift_x</c>). False where there is none.</summary>
    public static bool TryLift(in FieldElement x, out AffinePoint point)
    {
        bool found = CurveAt(x).TrySqrt(out FieldElement y);
        point = new AffinePoint(x, y).WithOddness(false);
        return found;
    }

    /// <summary>The point or its negative, whichever has an odd (even) y.</summary>
    public AffinePoint WithOddness(bool odd) => NegateIf(Y.IsOdd() == odd ? 0 : ulong.MaxValue);

    /// <summary>The negative where the mask is all ones, the point itself where it is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public AffinePoint NegateIf(ulong mask) => new(X, FieldElement.Select(mask, -Y, Y));

    /// <summary>Picks an entry by reading all of them, so that the memory accesses do not tell which.</summary>
    public static AffinePoint Pick(ReadOnlySpan<AffinePoint> table, uint index)
    {
        FieldElement x = default;
        FieldElement y = default;
        for (int i = 0; i < table.Length; i++)
        {
            ulong difference = (ulong)i ^ index;
            ulong match = ((difference | (0 - difference)) >> 63) - 1;
            x = FieldElement.Select(match, table[i].X, x);
            y = FieldElement.Select(match, table[i].Y, y);
        }

        return new AffinePoint(x, y);
    }
}
