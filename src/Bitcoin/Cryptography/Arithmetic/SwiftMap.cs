namespace Bitcoin.Cryptography.Arithmetic;

/// <summary>
/// BIP324's map from two field elements to an x coordinate on the curve (<c>xswiftec</c>) and its inverse in eight cases
/// (<c>xswiftec_inv</c>). Works on public values in a time that depends on them.
/// </summary>
internal static class SwiftMap
{
    private static readonly FieldElement SqrtMinus3 = RootOfMinus3();
    private static readonly FieldElement HalfOfOneMinusRoot = (FieldElement.One - SqrtMinus3).Half();
    private static readonly FieldElement HalfOfOnePlusRoot = (FieldElement.One + SqrtMinus3).Half();

    /// <summary>The x coordinate for u and t; there is always one.</summary>
    public static FieldElement ToX(FieldElement u, FieldElement t)
    {
        if (u.IsZero())
            u = FieldElement.One;
        if (t.IsZero())
            t = FieldElement.One;
        FieldElement g = AffinePoint.CurveAt(u);
        FieldElement tt = t.Square();
        if ((g + tt).IsZero())
            tt = tt.Times(4);

        // With X = (g − t²) / 2t and Y = (X + t) / (√−3·u): X/Y = √−3·u·(g − t²) / (g + t²), 4Y² = −(g + t²)² / 3t²u².
        // One inversion serves both denominators.
        FieldElement sum = g + tt;
        FieldElement square = (tt * u.Square()).Times(3);
        FieldElement inverse = (sum * square).Inverse();
        FieldElement x = u - (sum.Square() * sum * inverse);
        if (IsX(x))
            return x;
        FieldElement quotient = SqrtMinus3 * u * (g - tt) * square * inverse;
        x = (-quotient - u).Half();
        return IsX(x) ? x : (quotient - u).Half();
    }

    /// <summary>A t for which u and t map to x.</summary>
    /// <param name="x">The x coordinate of a point.</param>
    /// <param name="u">The first of the two field elements.</param>
    /// <param name="branch">0 to 7: which of up to eight solutions.</param>
    /// <param name="t">The solution.</param>
    /// <returns>False where this case has none.</returns>
    public static bool TryInvert(in FieldElement x, in FieldElement u, int branch, out FieldElement t)
    {
        t = default;
        FieldElement v;
        FieldElement w;
        FieldElement g = AffinePoint.CurveAt(u);
        if ((branch & 2) == 0)
        {
            // v = x, s = −g / (u² + uv + v²), w = √s.
            if (IsX(-(x + u)))
                return false;
            FieldElement divisor = u.Square() + (u * x) + x.Square();
            if (!(-(g * divisor.Inverse())).TrySqrt(out w))
                return false;
            v = x;
        }
        else
        {
            // s = x − u, r = √(−s(4g + 3su²)), v = (r/s − u) / 2, w = √s.
            FieldElement s = x - u;
            if (s.IsZero() || !s.TrySqrt(out w))
                return false;
            FieldElement radicand = -(s * (g.Times(4) + (s * u.Square()).Times(3)));
            if (!radicand.TrySqrt(out FieldElement r) || ((branch & 1) != 0 && r.IsZero()))
                return false;
            v = ((r * s.Inverse()) - u).Half();
        }

        t = w * ((u * ((branch & 1) == 0 ? HalfOfOneMinusRoot : HalfOfOnePlusRoot)) + v);
        if ((branch & 5) is 0 or 5)
            t = -t;
        return true;
    }

    private static bool IsX(in FieldElement x) => AffinePoint.CurveAt(x).TrySqrt(out _);

    private static FieldElement RootOfMinus3()
    {
        _ = (-FieldElement.One.Times(3)).TrySqrt(out FieldElement root);
        return root;
    }
}
