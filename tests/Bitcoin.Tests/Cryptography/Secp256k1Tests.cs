using Bitcoin.Cryptography;
using CsCheck;
using Org.BouncyCastle.Math.EC;
using Xunit;
using Oracle = Bitcoin.Tests.Cryptography.BouncyCastleOracle;

namespace Bitcoin.Tests.Cryptography;

public sealed class Secp256k1Tests
{
    private const string GCompressed = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
    private const string GUncompressed = "0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
        + "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8";

    [Fact]
    public void Public_keys_agree_with_BouncyCastle() =>
        Generators.Secret.Sample(
            secret =>
            {
                byte[] compressed = new byte[33], xOnly = new byte[32];
                Assert.True(Secp256k1.TryCompressedPublicKey(secret, compressed));
                Assert.True(Secp256k1.TryXOnlyPublicKey(secret, xOnly));
                Assert.Equal(Oracle.Compressed(Oracle.G.Multiply(Oracle.Number(secret))), compressed);
                Assert.Equal(compressed[1..], xOnly);
                Assert.True(Secp256k1.IsKeyPair(secret, xOnly));
                xOnly[31] ^= 1;
                Assert.False(Secp256k1.IsKeyPair(secret, xOnly));
            },
            iter: 100);

    [Fact]
    public void Validity_of_x_only_keys_agrees_with_BouncyCastle() =>
        Generators.Word.Sample(
            word =>
            {
                Assert.Equal(Oracle.Point([2, .. word]) is not null, Secp256k1.IsValidXOnly(word));
                Assert.Equal(Oracle.Point([3, .. word]) is not null, Secp256k1.IsValidPublicKey([3, .. word]));
            },
            iter: 300);

    [Fact]
    public void Child_key_addition_agrees_with_BouncyCastle() =>
        Gen.Select(Generators.PublicKey, Generators.Word).Sample(
            (key, scalar) =>
            {
                byte[] result = new byte[33];
                bool valid = Oracle.Number(scalar).CompareTo(Oracle.N) < 0;
                ECPoint sum = Oracle.Point(key)!.Add(Oracle.G.Multiply(Oracle.Number(scalar))).Normalize();
                Assert.Equal(valid && !sum.IsInfinity, Secp256k1.TryAddGeneratorMultiple(key, scalar, result));
                if (valid && !sum.IsInfinity)
                    Assert.Equal(Oracle.Compressed(sum), result);
            },
            iter: 200);

    [Fact]
    public void Taproot_tweak_agrees_with_BouncyCastle() =>
        Gen.Select(Generators.PublicKey, Generators.Word).Sample(
            (key, tweak) =>
            {
                byte[] result = new byte[32];
                bool valid = Oracle.Number(tweak).CompareTo(Oracle.N) < 0;
                ECPoint sum = Oracle.Point([2, .. key[1..]])!.Add(Oracle.G.Multiply(Oracle.Number(tweak))).Normalize();
                Assert.Equal(valid && !sum.IsInfinity, Secp256k1.TryTweakXOnly(key.AsSpan(1), tweak, result, out bool odd));
                if (valid && !sum.IsInfinity)
                    Assert.Equal(Oracle.Compressed(sum), (byte[])[(byte)(odd ? 3 : 2), .. result]);
            },
            iter: 200);

    // BIP341, wallet test vectors: internal key and tweak of the first two scriptPubKey cases.
    [Theory]
    [InlineData(
        "d6889cb081036e0faefa3a35157ad71086b123b2b144b649798b494c300a961d",
        "b86e7be8f39bab32a6f2c0443abbc210f0edac0e2c53d501b36b64437d9c6c70",
        "53a1f6e454df1aa2776a2814a721372d6258050de330b3c6d10ee8f4e0dda343")]
    [InlineData(
        "187791b6f712a8ea41c8ecdd0ee77fab3e85263b37e1ec18a3651926b3a6cf27",
        "cbd8679ba636c1110ea247542cfbd964131a6be84f873f7f3b62a777528ed001",
        "147c9c57132f6e7ecddba9800bb0c4449251c92a1e60371ee77557b6620f3ea3")]
    public void Taproot_output_key_is_the_one_of_BIP341(string internalKey, string tweak, string outputKey)
    {
        byte[] result = new byte[32];
        Assert.True(Secp256k1.TryTweakXOnly(Convert.FromHexString(internalKey), Convert.FromHexString(tweak), result, out _));
        Assert.Equal(outputKey, Convert.ToHexStringLower(result));
    }

    [Fact]
    public void Sum_at_infinity_is_refused()
    {
        byte[] minusOne = Convert.FromHexString("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140");
        Assert.False(Secp256k1.TryAddGeneratorMultiple(Convert.FromHexString(GCompressed), minusOne, new byte[33]));
        Assert.False(Secp256k1.TryTweakXOnly(Convert.FromHexString(GCompressed).AsSpan(1), minusOne, new byte[32], out _));
    }

    [Theory]
    [InlineData(GCompressed, true)]
    [InlineData(GUncompressed, true)]
    [InlineData("0379be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798", true)]
    [InlineData("0579be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798", false)]
    [InlineData("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798", false)]
    [InlineData("", false)]
    [InlineData("02", false)]
    [InlineData("00", false)]
    public void Public_key_forms(string key, bool valid) =>
        Assert.Equal(valid, Secp256k1.IsValidPublicKey(Convert.FromHexString(key)));

    [Fact]
    public void Uncompressed_point_off_the_curve_is_refused()
    {
        byte[] key = Convert.FromHexString(GUncompressed);
        key[64] ^= 1;
        Assert.False(Secp256k1.IsValidPublicKey(key));
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", false)]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000001", true)]
    [InlineData("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140", true)]
    [InlineData("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", false)]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", false)]
    [InlineData("01", false)]
    public void Secret_is_between_1_and_the_order(string secret, bool valid) =>
        Assert.Equal(valid, Secp256k1.IsValidSecret(Convert.FromHexString(secret)));
}
