using Bitcoin.Cryptography;
using Bitcoin.Cryptography.Arithmetic;
using CsCheck;
using TestSupport;
using Xunit;
using Oracle = Bitcoin.Tests.Cryptography.BouncyCastleOracle;

namespace Bitcoin.Tests.Cryptography;

public sealed class ElligatorSwiftTests
{
    // From BIP324's test vectors: all zero, u above p with t = p, and a plain case.
    [Theory]
    [InlineData(
        "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
        "edd1fd3e327ce90cc7a3542614289aee9682003e9cf7dcc9cf2ca9743be5aa0c")]
    [InlineData(
        "000000000000000000000000000000000000000000000000000000000000000001d3475bf7655b0fb2d852921035b2ef607f49069b97454e6795251062741771",
        "b5da00b73cd6560520e7c364086e7cd23a34bf60d0e707be9fc34d4cd5fdfa2c")]
    [InlineData(
        "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f0000000000000000000000000000000000000000000000000000000000000000",
        "edd1fd3e327ce90cc7a3542614289aee9682003e9cf7dcc9cf2ca9743be5aa0c")]
    public void Encoding_decodes_to_its_x(string encoded, string x) => AssertDecodes(encoded, x);

    [Fact]
    public void All_decoding_vectors_of_BIP324_hold()
    {
        string[][] rows = ReadRows("ellswift_decode_test_vectors.csv");
        Assert.True(rows.Length > 70);
        foreach (string[] row in rows)
            AssertDecodes(row[0], row[1]);
    }

    [Fact]
    public void All_inverse_vectors_of_BIP324_hold()
    {
        string[][] rows = ReadRows("xswiftec_inv_test_vectors.csv");
        Assert.True(rows.Length > 25);
        Span<byte> bytes = stackalloc byte[32];
        foreach (string[] row in rows)
        {
            FieldElement u = FieldElement.Read(Convert.FromHexString(row[0]));
            FieldElement x = FieldElement.Read(Convert.FromHexString(row[1]));
            for (int branch = 0; branch < 8; branch++)
            {
                bool found = SwiftMap.TryInvert(x, u, branch, out FieldElement t);
                t.Write(bytes);
                Assert.Equal(row[2 + branch], found ? Convert.ToHexStringLower(bytes) : "");
            }
        }
    }

    [Fact]
    public void All_shared_secrets_of_the_BIP324_packet_vectors_hold()
    {
        string[][] rows = ReadRows("packet_encoding_test_vectors.csv");
        Assert.NotEmpty(rows);
        foreach (string[] row in rows)
            AssertSharedSecret(row[1], row[2], row[3], row[4] == "1", row[9], row[10], row[11], row[12]);
    }

    // The first of BIP324's packet encoding vectors.
    [Fact]
    public void Shared_secret_depends_on_both_keys_and_the_role()
    {
        const string Ours = "ec0adff257bbfe500c188c80b4fdd640f6b45a482bbc15fc7cef5931deff0aa1"
            + "86f6eb9bba7b85dc4dcc28b28722de1e3d9108b985e2967045668f66098e475b";
        const string Theirs = "a4a94dfce69b4a2a0a099313d10f9f7e7d649d60501c9e1d274c300e0d89aafa"
            + "ffffffffffffffffffffffffffffffffffffffffffffffffffffffff8faf88d5";
        const string Secret = "61062ea5071d800bbfd59e2e8b53d47d194b095ae5a4df04936b49772ef0d4d7";
        AssertSharedSecret(
            Secret,
            Ours,
            Theirs,
            true,
            "19e965bc20fc40614e33f2f82d4eeff81b5e7516b12a5c6c0d6053527eba0923",
            "0c71defa3fafd74cb835102acd81490963f6b72d889495e06561375bd65f6ffc",
            "4eb2bf85bd00939468ea2abb25b63bc642e3d1eb8b967fb90caa2d89e716050e",
            "c6992a117f5edbea70c3f511d32d26b9798be4b81a62eaee1a5acaa8459a3592");
        byte[] other = new byte[32];
        ElligatorSwift.SharedSecret(
            Convert.FromHexString(Secret), Convert.FromHexString(Ours), Convert.FromHexString(Theirs), initiating: false, other);
        Assert.NotEqual("c6992a117f5edbea70c3f511d32d26b9798be4b81a62eaee1a5acaa8459a3592", Convert.ToHexStringLower(other));
    }

    [Fact]
    public void Encoding_of_any_key_decodes_to_it_and_keeps_the_oddness_of_y() =>
        Gen.Select(Generators.Secret, Generators.Word).Sample(
            (secret, randomness) =>
            {
                byte[] encoded = new byte[64];
                Assert.True(ElligatorSwift.TryCreate(secret, randomness, encoded));
                byte[] x = new byte[32];
                ElligatorSwift.Decode(encoded, x);
                byte[] key = Oracle.Compressed(Oracle.G.Multiply(Oracle.Number(secret)));
                Assert.Equal(key[1..], x);
                Assert.Equal(key[0] & 1, encoded[63] & 1);
            },
            iter: 100);

    [Fact]
    public void Different_randomness_gives_a_different_encoding()
    {
        byte[] secret = Convert.FromHexString("61062ea5071d800bbfd59e2e8b53d47d194b095ae5a4df04936b49772ef0d4d7");
        byte[] first = new byte[64], second = new byte[64];
        Assert.True(ElligatorSwift.TryCreate(secret, new byte[32], first));
        Assert.True(ElligatorSwift.TryCreate(secret, [1, .. new byte[31]], second));
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void Every_64_bytes_decode_to_an_x_on_the_curve() =>
        Gen.Select(Generators.Word, Generators.Word).Sample(
            (u, t) =>
            {
                byte[] x = new byte[32];
                ElligatorSwift.Decode([.. u, .. t], x);
                Assert.NotNull(Oracle.Point([2, .. x]));
            },
            iter: 200);

    [Fact]
    public void Both_sides_compute_the_same_secret() =>
        Gen.Select(Generators.Secret, Generators.Secret, Generators.Word).Sample(
            (a, b, randomness) =>
            {
                Assert.True(EllSwiftKeyPair.TryCreate(a, randomness, out EllSwiftKeyPair? first));
                Assert.True(EllSwiftKeyPair.TryCreate(b, randomness, out EllSwiftKeyPair? second));
                using (first)
                using (second)
                {
                    byte[] here = new byte[32], there = new byte[32];
                    first.SharedSecret(second.Encoded, initiating: true, here);
                    second.SharedSecret(first.Encoded, initiating: false, there);
                    Assert.Equal(here, there);
                }
            },
            iter: 50);

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")]
    [InlineData("00")]
    public void Invalid_secret_makes_no_key_pair(string secret) =>
        Assert.False(EllSwiftKeyPair.TryCreate(Convert.FromHexString(secret), new byte[32], out _));

    [Fact]
    public void Generate_draws_again_after_an_invalid_secret()
    {
        int draws = 0;
        using var pair = EllSwiftKeyPair.Generate(destination => destination.Fill(draws++ == 0 ? (byte)0xff : (byte)1));
        byte[] x = new byte[32], expected = new byte[32];
        ElligatorSwift.Decode(pair.Encoded, x);
        Assert.True(Secp256k1.TryXOnlyPublicKey(Enumerable.Repeat((byte)1, 32).ToArray(), expected));
        Assert.Equal(expected, x);
    }

    [Fact]
    public void Generate_ends_with_a_source_that_never_gives_a_secret() =>
        Assert.Throws<InvalidOperationException>(() => EllSwiftKeyPair.Generate(destination => destination.Clear()));

    [Fact]
    public void Disposed_key_pair_refuses_to_work()
    {
        Assert.True(EllSwiftKeyPair.TryCreate([1, .. new byte[31]], new byte[32], out EllSwiftKeyPair? pair));
        pair.Dispose();
        Assert.Throws<ObjectDisposedException>(() => pair.SharedSecret(new byte[64], true, new byte[32]));
    }

    private static void AssertDecodes(string encoded, string expected)
    {
        byte[] x = new byte[32];
        ElligatorSwift.Decode(Convert.FromHexString(encoded), x);
        Assert.Equal(expected, Convert.ToHexStringLower(x));
    }

    private static void AssertSharedSecret(
        string secret,
        string ours,
        string theirs,
        bool initiating,
        string oursX,
        string theirsX,
        string sharedX,
        string sharedSecret)
    {
        AssertDecodes(ours, oursX);
        AssertDecodes(theirs, theirsX);
        byte[] key = new byte[32], result = new byte[32];
        Assert.True(Secp256k1.TryXOnlyPublicKey(Convert.FromHexString(secret), key));
        Assert.Equal(oursX, Convert.ToHexStringLower(key));
        ElligatorSwift.SharedX(Convert.FromHexString(secret), Convert.FromHexString(theirsX), result);
        Assert.Equal(sharedX, Convert.ToHexStringLower(result));
        ElligatorSwift.SharedSecret(
            Convert.FromHexString(secret), Convert.FromHexString(ours), Convert.FromHexString(theirs), initiating, result);
        Assert.Equal(sharedSecret, Convert.ToHexStringLower(result));
    }

    private static string[][] ReadRows(string file)
    {
        if (Vectors.TryPath("bip324", file) is not { } path)
        {
            Assert.Skip(Vectors.MissingReason);
            return [];
        }

        return [.. File.ReadLines(path).Skip(1).Where(line => line.Length > 0).Select(line => line.Split(','))];
    }
}
