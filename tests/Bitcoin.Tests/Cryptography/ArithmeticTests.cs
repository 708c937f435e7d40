using Bitcoin.Cryptography.Arithmetic;
using CsCheck;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Math.EC;
using Xunit;
using Oracle = Bitcoin.Tests.Cryptography.BouncyCastleOracle;

namespace Bitcoin.Tests.Cryptography;

/// <summary>Field, scalars and points against BouncyCastle.</summary>
public sealed class ArithmeticTests
{
    [Fact]
    public void Field_operations_agree_with_big_integers() =>
        Gen.Select(Generators.Word, Generators.Word).Sample((a, b) =>
        {
            BigInteger x = Oracle.Number(a), y = Oracle.Number(b);
            FieldElement f = FieldElement.Read(a), g = FieldElement.Read(b);
            AssertField(x.Add(y), f + g);
            AssertField(x.Subtract(y), f - g);
            AssertField(x.Negate(), -f);
            AssertField(x.Multiply(y), f * g);
            AssertField(x.Multiply(x), f.Square());
            AssertField(x.ShiftLeft(3), f.Times(8));
            AssertField(x.Multiply(BigInteger.Two.ModInverse(Oracle.P)), f.Half());
            Assert.Equal(x.Mod(Oracle.P).TestBit(0), f.IsOdd());
            Assert.Equal(x.Mod(Oracle.P).SignValue == 0, f.IsZero());
            Assert.Equal(x.Mod(Oracle.P).Equals(y.Mod(Oracle.P)), f.ValueEquals(g));
            Assert.Equal(x.CompareTo(Oracle.P) < 0, FieldElement.TryRead(a, out _));
        });

    [Fact]
    public void Field_operations_agree_on_values_that_are_not_normalized() =>
        Gen.Select(Generators.Word, Generators.Word).Sample((a, b) =>
        {
            BigInteger x = Oracle.Number(a), y = Oracle.Number(b);
            FieldElement f = FieldElement.Read(a), g = FieldElement.Read(b);

            // (8x − y)² · (y − 8x) · 2, all without a normalization on the way.
            BigInteger expected = x.ShiftLeft(3).Subtract(y);
            FieldElement difference = f.Times(8) - g;
            expected = expected.Multiply(expected).Multiply(expected.Negate()).ShiftLeft(1);
            FieldElement product = difference.Square() * -difference;
            AssertField(expected, product + product);
        });

    [Fact]
    public void Inverse_and_square_root_agree_with_big_integers() =>
        Generators.Word.Sample(
            a =>
            {
                BigInteger x = Oracle.Number(a).Mod(Oracle.P);
                FieldElement f = FieldElement.Read(a);
                AssertField(x.SignValue == 0 ? x : x.ModInverse(Oracle.P), f.Inverse());
                BigInteger root = x.ModPow(Oracle.P.Add(BigInteger.One).ShiftRight(2), Oracle.P);
                Assert.Equal(root.Multiply(root).Mod(Oracle.P).Equals(x), f.TrySqrt(out FieldElement result));
                AssertField(root, result);
            },
            iter: 200);

    [Fact]
    public void Scalar_operations_agree_with_big_integers() =>
        Gen.Select(Generators.Word, Generators.Word).Sample((a, b) =>
        {
            BigInteger x = Oracle.Number(a).Mod(Oracle.N), y = Oracle.Number(b).Mod(Oracle.N);
            Scalar s = Scalar.Read(a), t = Scalar.Read(b);
            AssertScalar(x, s);
            AssertScalar(x.Add(y), s + t);
            AssertScalar(x.Multiply(y), s * t);
            AssertScalar(x.Negate(), -s);
            Assert.Equal(x.SignValue == 0, s.IsZero());
            Assert.Equal(Oracle.Number(a).CompareTo(Oracle.N) < 0, Scalar.TryRead(a, out _));
        });

    [Fact]
    public void Odd_digits_add_up_to_the_scalar() =>
        Generators.Secret.Sample(secret =>
        {
            Scalar odd = Scalar.Read(secret).MakeOdd(out ulong negated);
            BigInteger sum = BigInteger.Zero;
            for (int i = 63; i >= 0; i--)
            {
                int digit = (2 * (int)odd.OddDigit(i, out ulong negative)) + 1;
                sum = sum.ShiftLeft(4).Add(BigInteger.ValueOf(negative == 0 ? digit : -digit));
            }

            BigInteger expected = Oracle.Number(secret);
            Assert.Equal(!expected.TestBit(0), negated == ulong.MaxValue);
            Assert.Equal(negated == 0 ? expected : Oracle.N.Subtract(expected), sum);
        });

    [Fact]
    public void Generator_multiples_agree() =>
        Generators.Secret.Sample(
            secret => AssertPoint(
                Oracle.G.Multiply(Oracle.Number(secret)), PointMultiplication.MultiplyGenerator(Scalar.Read(secret))),
            iter: 200);

    [Fact]
    public void Multiples_of_any_point_agree() =>
        Gen.Select(Generators.Secret, Generators.PublicKey).Sample(
            (secret, key) =>
            {
                Assert.True(Bitcoin.Cryptography.Secp256k1.TryReadPoint(key, out AffinePoint point));
                ECPoint expected = Oracle.Point(key)!.Multiply(Oracle.Number(secret));
                AssertPoint(expected, PointMultiplication.Multiply(point, Scalar.Read(secret)));
                AssertField(
                    expected.Normalize().AffineXCoord.ToBigInteger(), PointMultiplication.MultiplyX(point.X, Scalar.Read(secret)));
            },
            iter: 200);

    [Fact]
    public void Smallest_and_largest_multiples_agree()
    {
        // Among them n − 2, n − 6 … n − 30, whose last addition is a doubling, and the multiples that are table entries.
        for (int i = 1; i <= 40; i++)
        {
            foreach (BigInteger k in new[] { BigInteger.ValueOf(i), Oracle.N.Subtract(BigInteger.ValueOf(i)) })
            {
                Scalar scalar = Scalar.Read(Oracle.Bytes(k));
                ECPoint expected = Oracle.G.Multiply(k);
                AssertPoint(expected, PointMultiplication.MultiplyGenerator(scalar));
                AssertPoint(expected, PointMultiplication.Multiply(AffinePoint.Generator, scalar));
            }
        }
    }

    [Fact]
    public void The_generator_multiple_whose_last_addition_is_a_doubling_is_right()
    {
        // The sum of the lower digits equals the last table entry, 15 · 16^63, modulo n.
        BigInteger entry = BigInteger.ValueOf(15).ShiftLeft(252);
        BigInteger k = entry.ShiftLeft(1).Subtract(Oracle.N);
        AssertPoint(Oracle.G.Multiply(k), PointMultiplication.MultiplyGenerator(Scalar.Read(Oracle.Bytes(k.Mod(Oracle.N)))));
    }

    [Fact]
    public void Zero_times_a_point_is_infinity()
    {
        Assert.True(PointMultiplication.MultiplyGenerator(default).IsInfinity());
        Assert.True(PointMultiplication.Multiply(AffinePoint.Generator, default).IsInfinity());
    }

    [Fact]
    public void Additions_with_infinity_itself_and_the_negative_are_right()
    {
        AffinePoint g = AffinePoint.Generator;
        JacobianPoint seven = PointMultiplication.MultiplyGenerator(Scalar.Read(Oracle.Bytes(BigInteger.ValueOf(7))));
        Assert.True(seven.TryToAffine(out AffinePoint sevenAffine));
        AssertPoint(Oracle.G, JacobianPoint.Infinity.Add(g));
        AssertPoint(Oracle.G.Multiply(BigInteger.ValueOf(14)), seven.Add(sevenAffine));
        AssertPoint(Oracle.G.Multiply(BigInteger.ValueOf(14)), seven.Add(seven));
        Assert.True(seven.Add(sevenAffine.NegateIf(ulong.MaxValue)).IsInfinity());
        AssertPoint(Oracle.G.Multiply(BigInteger.ValueOf(7)), seven.Add(JacobianPoint.Infinity));
        AssertPoint(Oracle.G.Multiply(BigInteger.ValueOf(7)), JacobianPoint.Infinity.Add(seven));
        Assert.True(JacobianPoint.Infinity.Double().IsInfinity());
    }

    private static void AssertField(BigInteger expected, FieldElement actual)
    {
        byte[] bytes = new byte[32];
        actual.Write(bytes);
        Assert.Equal(Convert.ToHexString(Oracle.Bytes(expected.Mod(Oracle.P))), Convert.ToHexString(bytes));
    }

    private static void AssertScalar(BigInteger expected, Scalar actual)
    {
        byte[] bytes = new byte[32];
        actual.Write(bytes);
        Assert.Equal(Convert.ToHexString(Oracle.Bytes(expected.Mod(Oracle.N))), Convert.ToHexString(bytes));
    }

    private static void AssertPoint(ECPoint expected, JacobianPoint actual)
    {
        Assert.True(actual.TryToAffine(out AffinePoint point));
        byte[] bytes = new byte[33];
        Bitcoin.Cryptography.Secp256k1.WriteCompressed(point, bytes);
        Assert.Equal(Convert.ToHexString(Oracle.Compressed(expected)), Convert.ToHexString(bytes));
    }
}
