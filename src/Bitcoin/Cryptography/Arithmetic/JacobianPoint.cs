namespace Bitcoin.Cryptography.Arithmetic;

/// <summary>
/// A point as (X / Z², Y / Z³); infinity has Z = 0. The formulas hold on every curve y² = x³ + b, not only for b = 7.
/// <para>
/// Branches are taken for infinity and for the sum of a point with itself or its negative. In the multiplications of
/// <see cref="PointMultiplication"/> a random secret meets one of them with a probability near 2^-250.
/// </para>
/// </summary>
internal readonly struct JacobianPoint(in FieldElement x, in FieldElement y, in FieldElement z)
{
    public readonly FieldElement X = x;
    public readonly FieldElement Y = y;
    public readonly FieldElement Z = z;

    public JacobianPoint(in AffinePoint point)
        : this(point.X, point.Y, FieldElement.One)
    {
    }

    public static JacobianPoint Infinity => new(FieldElement.One, FieldElement.One, FieldElement.Zero);

    public bool IsInfinity() => Z.IsZero();

    /// <summary>2P, by "dbl-2009-l" of the Explicit-Formulas Database. No y is 0 on this curve, so infinity alone gives infinity.</summary>
    public JacobianPoint Double()
    {
        FieldElement a = X.Square();
        FieldElement b = Y.Square();
        FieldElement c = b.Square();
        FieldElement d = (X * b).Times(4);
        FieldElement e = a.Times(3);
        FieldElement x3 = e.Square() - d.Times(2);
        FieldElement y3 = (e * (d - x3)) - c.Times(8);
        return new JacobianPoint(x3, y3, (Y * Z).Times(2));
    }

    /// <summary>P + Q.</summary>
    public JacobianPoint Add(in AffinePoint other) => Add(other, out _);

    /// <summary>P + Q.</summary>
    /// <param name="other">Q.</param>
    /// <param name="ratio">Z of the sum divided by Z of P; means nothing for the special cases.</param>
    public JacobianPoint Add(in AffinePoint other, out FieldElement ratio)
    {
        FieldElement zz = Z.Square();
        FieldElement h = (other.X * zz) - X;
        FieldElement r = (other.Y * zz * Z) - Y;
        ratio = h;
        if (h.IsZero())
        {
            if (IsInfinity())
                return new JacobianPoint(other);
            return r.IsZero() ? Double() : Infinity;
        }

        if (IsInfinity())
            return new JacobianPoint(other);
        FieldElement hh = h.Square();
        FieldElement hhh = hh * h;
        FieldElement v = X * hh;
        FieldElement x3 = r.Square() - hhh - v.Times(2);
        FieldElement y3 = (r * (v - x3)) - (Y * hhh);
        return new JacobianPoint(x3, y3, Z * h);
    }

    /// <summary>P + Q, for two points that may have any Z.</summary>
    public JacobianPoint Add(in JacobianPoint other)
    {
        if (other.IsInfinity())
            return this;
        FieldElement zz2 = other.Z.Square();

        // With Z := Z1 · Z2, Q is affine: bring P to the scale of Q, add, and take Q's scale back in.
        var scaled = new JacobianPoint(X * zz2, Y * zz2 * other.Z, Z);
        JacobianPoint sum = scaled.Add(new AffinePoint(other.X, other.Y));
        return new JacobianPoint(sum.X, sum.Y, sum.Z * other.Z);
    }

    /// <summary>The coordinates. False for infinity.</summary>
    public bool TryToAffine(out AffinePoint point)
    {
        FieldElement inverse = Z.Inverse();
        FieldElement square = inverse.Square();
        point = new AffinePoint(X * square, Y * square * inverse);
        return !IsInfinity();
    }
}
