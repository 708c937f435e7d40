using System.Numerics;
using CsCheck;
using Xunit;

namespace Bitcoin.Tests.Numbers;

/// <summary>Compares with System.Numerics.BigInteger, which shares no code with U256.</summary>
public sealed class U256ArithmeticTests
{
    private static readonly BigInteger Modulus = BigInteger.One << 256;

    // Words of few bits make carries, zero divisors and equal operands likely.
    private static readonly Gen<ulong> GenWord = Gen.OneOf(
        Gen.ULong, Gen.OneOf(Gen.Const(0UL), Gen.Const(ulong.MaxValue), Gen.Const(1UL << 63)), Gen.ULong[0, 3]);

    private static readonly Gen<U256> GenNumber =
        Gen.Select(GenWord, GenWord, GenWord, GenWord, static (a, b, c, d) => new U256(a, b, c, d));

    private static readonly Gen<(U256 Left, U256 Right)> GenPair = Gen.Select(GenNumber, GenNumber);

    [Fact]
    public void Sums_and_their_overflow_agree_with_BigInteger() => GenPair.Sample(static pair =>
    {
        BigInteger exact = Big(pair.Left) + Big(pair.Right);
        bool fits = U256.TryAdd(pair.Left, pair.Right, out U256 sum);
        Assert.Equal(exact < Modulus, fits);
        Assert.Equal(exact % Modulus, Big(sum));
        Assert.Equal(BigInteger.Min(exact, Modulus - 1), Big(U256.SaturatingAdd(pair.Left, pair.Right)));
    });

    [Fact]
    public void Differences_and_their_sign_agree_with_BigInteger() => GenPair.Sample(static pair =>
    {
        BigInteger exact = Big(pair.Left) - Big(pair.Right);
        bool fits = U256.TrySubtract(pair.Left, pair.Right, out U256 difference);
        Assert.Equal(exact.Sign >= 0, fits);
        Assert.Equal((exact + Modulus) % Modulus, Big(difference));
        Assert.Equal(BigInteger.Max(exact, 0), Big(U256.SaturatingSubtract(pair.Left, pair.Right)));
    });

    [Fact]
    public void Products_and_their_overflow_agree_with_BigInteger() => GenPair.Sample(static pair =>
    {
        BigInteger exact = Big(pair.Left) * Big(pair.Right);
        bool fits = U256.TryMultiply(pair.Left, pair.Right, out U256 product);
        Assert.Equal(exact < Modulus, fits);
        Assert.Equal(exact % Modulus, Big(product));
        Assert.Equal(BigInteger.Min(exact, Modulus - 1), Big(U256.SaturatingMultiply(pair.Left, pair.Right)));
    });

    [Fact]
    public void Quotients_and_remainders_agree_with_BigInteger() => GenPair.Where(static pair => !pair.Right.IsZero).Sample(static pair =>
    {
        var exact = BigInteger.DivRem(Big(pair.Left), Big(pair.Right), out BigInteger remainder);
        Assert.Equal(
            (exact, remainder), (Big(U256.DivRem(pair.Left, pair.Right).Quotient), Big(U256.DivRem(pair.Left, pair.Right).Remainder)));
    });

    [Fact]
    public void Division_by_zero_saturates() =>
        Assert.Equal((U256.MaxValue, U256.From(7UL)), U256.DivRem(U256.From(7UL), U256.Zero));

    [Fact]
    public void Shifts_and_bit_length_agree_with_BigInteger() => Gen.Select(GenNumber, Gen.Int[0, 300]).Sample(static (number, count) =>
    {
        Assert.Equal((Big(number) << count) % Modulus, Big(number << count));
        Assert.Equal(Big(number) >> count, Big(number >> count));
        Assert.Equal((long)Big(number).GetBitLength(), number.BitLength);
    });

    [Fact]
    public void Order_agrees_with_BigInteger() => GenPair.Sample(static pair =>
    {
        Assert.Equal(Big(pair.Left).CompareTo(Big(pair.Right)), Math.Sign(pair.Left.CompareTo(pair.Right)));
        Assert.Equal(BigInteger.Min(Big(pair.Left), Big(pair.Right)), Big(U256.Min(pair.Left, pair.Right)));
        Assert.Equal(BigInteger.Max(Big(pair.Left), Big(pair.Right)), Big(U256.Max(pair.Left, pair.Right)));
    });

    [Fact]
    public void Double_is_the_nearest_one() => GenNumber.Sample(static number =>
    {
        double value = number.ToDouble();
        BigInteger error = BigInteger.Abs(new BigInteger(value) - Big(number));
        Assert.True(error <= BigInteger.Abs(new BigInteger(Math.BitIncrement(value)) - Big(number)));
        Assert.True(error <= BigInteger.Abs(new BigInteger(Math.BitDecrement(value)) - Big(number)));
    });

    [Fact]
    public void Bytes_are_little_endian_and_text_is_big_endian()
    {
        var number = new U256(0x0807060504030201, 0, 0, 0x2000000000000000);
        byte[] bytes = number.ToLittleEndian();
        Assert.Equal("0102030405060708", Convert.ToHexStringLower(bytes.AsSpan(0, 8)));
        Assert.Equal(0x20, bytes[31]);
        Assert.Equal("2000000000000000" + new string('0', 32) + "0807060504030201", number.ToString());
        Assert.Equal(number, U256.FromLittleEndian(bytes));
    }

    private static BigInteger Big(U256 number) => new(number.ToLittleEndian(), isUnsigned: true);
}
