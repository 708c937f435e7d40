namespace Bitcoin.Cryptography.Arithmetic;

/// <summary>
/// Multiples of points. Scalars may be secret: the order of operations and the memory accesses are the same for every scalar but 0
/// (which gives infinity at once). Points are public.
/// </summary>
internal static class PointMultiplication
{
    // Each window of 4 bits is an odd digit between −15 and 15: 64 digits, 8 multiples.
    private const int Digits = 64;
    private const int Multiples = 8;

    // (2j + 1) · 16^i · G at 8i + j: 40 KB, made at first use.
    private static readonly AffinePoint[] GeneratorMultiples = MakeGeneratorMultiples();

    /// <summary>k·G, by adding one table entry for each digit.</summary>
    public static JacobianPoint MultiplyGenerator(in Scalar k)
    {
        if (k.IsZero())
            return JacobianPoint.Infinity;
        Scalar odd = k.MakeOdd(out ulong negated);
        JacobianPoint sum = new(PickGeneratorMultiple(odd, 0));
        for (int i = 1; i < Digits; i++)
            sum = sum.Add(PickGeneratorMultiple(odd, i));
        return NegateIf(negated, sum);
    }

    /// <summary>k·P on the curve y² = x³ + b that P lies on, where that curve is isomorphic to secp256k1.</summary>
    public static JacobianPoint Multiply(in AffinePoint point, in Scalar k)
    {
        if (k.IsZero())
            return JacobianPoint.Infinity;
        Scalar odd = k.MakeOdd(out ulong negated);
        Span<AffinePoint> multiples = stackalloc AffinePoint[Multiples];
        FieldElement scale = MakeOddMultiples(point, multiples);
        JacobianPoint sum = new(Pick(multiples, odd, Digits - 1));
        for (int i = Digits - 2; i >= 0; i--)
        {
            sum = sum.Double().Double().Double().Double();
            sum = sum.Add(Pick(multiples, odd, i));
        }

        sum = new JacobianPoint(sum.X, sum.Y, sum.Z * scale);
        return NegateIf(negated, sum);
    }

    /// <summary>The x coordinate of k·P for a P on secp256k1 of which x alone is known; no square root is needed. k is not 0.</summary>
    public static FieldElement MultiplyX(in FieldElement x, in Scalar k)
    {
        // With g = x³ + 7, (g·x, g²) lies on y² = x³ + 7g³; where g is a square that curve is secp256k1 scaled by g.
        FieldElement g = AffinePoint.CurveAt(x);
        JacobianPoint product = Multiply(new AffinePoint(g * x, g.Square()), k);
        return product.X * (product.Z.Square() * g).Inverse();
    }

    private static AffinePoint Pick(ReadOnlySpan<AffinePoint> multiples, in Scalar k, int digit)
    {
        uint index = k.OddDigit(digit, out ulong negative);
        return AffinePoint.Pick(multiples, index).NegateIf(negative);
    }

    private static AffinePoint PickGeneratorMultiple(in Scalar k, int digit) =>
        Pick(GeneratorMultiples.AsSpan(digit * Multiples, Multiples), k, digit);

    private static JacobianPoint NegateIf(ulong mask, in JacobianPoint point) =>
        new(point.X, FieldElement.Select(mask, -point.Y, point.Y), point.Z);

    // P, 3P, 5P, … 15P with one common Z, which is returned: seen from the curve scaled by that Z they are affine.
    private static FieldElement MakeOddMultiples(in AffinePoint point, Span<AffinePoint> multiples)
    {
        Span<FieldElement> ratios = stackalloc FieldElement[Multiples];
        JacobianPoint twice = new JacobianPoint(point).Double();

        // Scaled by the Z of 2P, both 2P and P are affine.
        FieldElement zz = twice.Z.Square();
        var step = new AffinePoint(twice.X, twice.Y);
        JacobianPoint multiple = new(new AffinePoint(point.X * zz, point.Y * zz * twice.Z));
        multiples[0] = new AffinePoint(multiple.X, multiple.Y);
        for (int i = 1; i < Multiples; i++)
        {
            multiple = multiple.Add(step, out ratios[i]);
            multiples[i] = new AffinePoint(multiple.X, multiple.Y);
        }

        FieldElement factor = FieldElement.One;
        for (int i = Multiples - 2; i >= 0; i--)
        {
            factor *= ratios[i + 1];
            FieldElement square = factor.Square();
            multiples[i] = new AffinePoint(multiples[i].X * square, multiples[i].Y * square * factor);
        }

        return twice.Z * multiple.Z;
    }

    private static AffinePoint[] MakeGeneratorMultiples()
    {
        var points = new JacobianPoint[Digits * Multiples];
        JacobianPoint power = new(AffinePoint.Generator);
        for (int i = 0; i < Digits; i++)
        {
            JacobianPoint twice = power.Double();
            JacobianPoint multiple = power;
            for (int j = 0; j < Multiples; j++)
            {
                points[(i * Multiples) + j] = multiple;
                multiple = multiple.Add(twice);
            }

            power = twice.Double().Double().Double();
        }

        return ToAffine(points);
    }

    // One inversion for all of them: invert the product of the Z, then take the factors off again from the end.
    private static AffinePoint[] ToAffine(JacobianPoint[] points)
    {
        var products = new FieldElement[points.Length];
        FieldElement product = FieldElement.One;
        for (int i = 0; i < points.Length; i++)
        {
            products[i] = product;
            product *= points[i].Z;
        }

        FieldElement inverse = product.Inverse();
        var affine = new AffinePoint[points.Length];
        for (int i = points.Length - 1; i >= 0; i--)
        {
            FieldElement z = inverse * products[i];
            FieldElement square = z.Square();
            affine[i] = new AffinePoint(points[i].X * square, points[i].Y * square * z);
            inverse *= points[i].Z;
        }

        return affine;
    }
}
