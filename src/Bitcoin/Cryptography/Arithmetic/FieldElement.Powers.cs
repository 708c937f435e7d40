namespace Bitcoin.Cryptography.Arithmetic;

/// <summary>Inverse and square root, as powers with fixed exponents.</summary>
internal readonly partial struct FieldElement
{
    /// <summary>1 / value = value^(p − 2); 0 for 0.</summary>
    public FieldElement Inverse()
    {
        // p − 2 = 2^256 − 2^32 − 979: 223 ones, a zero, 22 ones, then 0000101101.
        FieldElement ones223 = Ones223(out FieldElement ones2, out FieldElement ones22);
        FieldElement power = ones223.SquareTimes(23) * ones22;
        power = power.SquareTimes(5) * this;
        power = power.SquareTimes(3) * ones2;
        return power.SquareTimes(2) * this;
    }

    /// <summary>The root value^((p + 1) / 4), which is itself a square. False where the value has no root.</summary>
    public bool TrySqrt(out FieldElement root)
    {
        // (p + 1) / 4 = 2^254 − 2^30 − 244: 223 ones, a zero, 22 ones, then 00001100.
        FieldElement ones223 = Ones223(out FieldElement ones2, out FieldElement ones22);
        FieldElement power = ones223.SquareTimes(23) * ones22;
        power = power.SquareTimes(6) * ones2;
        root = power.SquareTimes(2);
        return root.Square().ValueEquals(this);
    }

    private FieldElement SquareTimes(int count)
    {
        FieldElement power = this;
        for (int i = 0; i < count; i++)
            power = power.Square();
        return power;
    }

    // value^(2^223 − 1), with the powers of 2 and 22 ones met on the way.
    private FieldElement Ones223(out FieldElement ones2, out FieldElement ones22)
    {
        ones2 = Square() * this;
        FieldElement ones3 = ones2.Square() * this;
        FieldElement ones6 = ones3.SquareTimes(3) * ones3;
        FieldElement ones9 = ones6.SquareTimes(3) * ones3;
        FieldElement ones11 = ones9.SquareTimes(2) * ones2;
        ones22 = ones11.SquareTimes(11) * ones11;
        FieldElement ones44 = ones22.SquareTimes(22) * ones22;
        FieldElement ones88 = ones44.SquareTimes(44) * ones44;
        FieldElement ones176 = ones88.SquareTimes(88) * ones88;
        FieldElement ones220 = ones176.SquareTimes(44) * ones44;
        return ones220.SquareTimes(3) * ones3;
    }
}
