using Bitcoin.Cryptography;
using CsCheck;
using TestSupport;
using Xunit;

namespace Bitcoin.Tests.Cryptography;

public sealed class SchnorrTests
{
    // Vectors 0 and 1 of BIP340.
    [Theory]
    [InlineData(
        "0000000000000000000000000000000000000000000000000000000000000003",
        "F9308A019258C31049344F85F89D5229B531C845836F99B08601F113BCE036F9",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "E907831F80848D1069A5371B402410364BDF1C5F8307B0084C55F1CE2DCA8215"
            + "25F66A4A85EA8B71E482A74F382D2CE5EBEEE8FDB2172F477DF4900D310536C0")]
    [InlineData(
        "B7E151628AED2A6ABF7158809CF4F3C762E7160F38B4DA56A784D9045190CFEF",
        "DFF1D77F2A671C5F36183726DB2341BE58FEAE1DA2DECED843240F7B502BA659",
        "0000000000000000000000000000000000000000000000000000000000000001",
        "243F6A8885A308D313198A2E03707344A4093822299F31D0082EFA98EC4E6C89",
        "6896BD60EEAE296DB48A229FF71DFE071BDE413E6D43F917DC8DCF8C78DE3341"
            + "8906D11AC976ABCCB20B091292BFF4EA897EFCB639EA871CFA95F6DE339E4B0A")]
    public void Signature_is_the_one_of_BIP340(string secret, string key, string auxiliary, string message, string signature)
    {
        AssertSigns(secret, key, auxiliary, message, signature);
        Assert.True(Verify(key, message, signature));
    }

    // Vectors 5 (key not on the curve), 9 and 10 (R is infinity), 12 (r is p), 13 (s is n), 14 (key above p).
    [Theory]
    [InlineData(
        "EEFDEA4CDB677750A420FEE807EACF21EB9898AE79B9768766E4FAA04A2D4A34",
        "6CFF5C3BA86C69EA4B7376F31A9BCB4F74C1976089B2D9963DA2E5543E17776969E89B4C5564D00349106B8497785DD7D1D713A8AE82B32FA79D5F7FC407D39B")]
    [InlineData(
        "DFF1D77F2A671C5F36183726DB2341BE58FEAE1DA2DECED843240F7B502BA659",
        "0000000000000000000000000000000000000000000000000000000000000000123DDA8328AF9C23A94C1FEECFD123BA4FB73476F0D594DCB65C6425BD186051")]
    [InlineData(
        "DFF1D77F2A671C5F36183726DB2341BE58FEAE1DA2DECED843240F7B502BA659",
        "00000000000000000000000000000000000000000000000000000000000000017615FBAF5AE28864013C099742DEADB4DBA87F11AC6754F93780D5A1837CF197")]
    [InlineData(
        "DFF1D77F2A671C5F36183726DB2341BE58FEAE1DA2DECED843240F7B502BA659",
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFC2F69E89B4C5564D00349106B8497785DD7D1D713A8AE82B32FA79D5F7FC407D39B")]
    [InlineData(
        "DFF1D77F2A671C5F36183726DB2341BE58FEAE1DA2DECED843240F7B502BA659",
        "6CFF5C3BA86C69EA4B7376F31A9BCB4F74C1976089B2D9963DA2E5543E177769FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141")]
    [InlineData(
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFC30",
        "6CFF5C3BA86C69EA4B7376F31A9BCB4F74C1976089B2D9963DA2E5543E17776969E89B4C5564D00349106B8497785DD7D1D713A8AE82B32FA79D5F7FC407D39B")]
    public void Malformed_key_or_signature_is_refused(string key, string signature) =>
        Assert.False(Verify(key, "243F6A8885A308D313198A2E03707344A4093822299F31D0082EFA98EC4E6C89", signature));

    [Fact]
    public void All_vectors_of_BIP340_hold()
    {
        if (Vectors.TryPath("bip340", "test-vectors.csv") is not { } path)
        {
            Assert.Skip(Vectors.MissingReason);
            return;
        }

        string[][] rows = [.. File.ReadLines(path).Skip(1).Where(line => line.Length > 0).Select(line => line.Split(','))];
        Assert.True(rows.Length >= 19);
        foreach (string[] row in rows)
        {
            if (row[1].Length > 0)
                AssertSigns(row[1], row[2], row[3], row[4], row[5]);
            Assert.Equal(row[6] == "TRUE", Verify(row[2], row[4], row[5]));
        }
    }

    [Fact]
    public void A_changed_bit_anywhere_breaks_the_signature() =>
        Gen.Select(Generators.Secret, Generators.Word, Generators.Word, Gen.Int[0, (128 * 8) - 1]).Sample(
            (secret, message, auxiliary, bit) =>
            {
                byte[] all = new byte[128];
                Assert.True(Secp256k1.TryXOnlyPublicKey(secret, all));
                message.CopyTo(all, 32);
                Assert.True(Schnorr.TrySign(secret, message, auxiliary, all.AsSpan(64)));
                Assert.True(Schnorr.Verify(all.AsSpan(0, 32), all.AsSpan(32, 32), all.AsSpan(64)));
                all[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.False(Schnorr.Verify(all.AsSpan(0, 32), all.AsSpan(32, 32), all.AsSpan(64)));
            },
            iter: 100);

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")]
    [InlineData("")]
    public void Invalid_secret_does_not_sign(string secret) =>
        Assert.False(Schnorr.TrySign(Convert.FromHexString(secret), new byte[32], new byte[32], new byte[64]));

    [Theory]
    [InlineData(31, 64)]
    [InlineData(33, 64)]
    [InlineData(32, 63)]
    [InlineData(32, 65)]
    [InlineData(0, 0)]
    public void Wrong_sizes_do_not_verify(int keySize, int signatureSize) =>
        Assert.False(Schnorr.Verify(new byte[keySize], new byte[32], new byte[signatureSize]));

    private static void AssertSigns(string secret, string key, string auxiliary, string message, string expected)
    {
        byte[] signature = new byte[64], publicKey = new byte[32];
        Assert.True(Secp256k1.TryXOnlyPublicKey(Convert.FromHexString(secret), publicKey));
        Assert.Equal(key, Convert.ToHexString(publicKey));
        Assert.True(Schnorr.TrySign(
            Convert.FromHexString(secret), Convert.FromHexString(message), Convert.FromHexString(auxiliary), signature));
        Assert.Equal(expected, Convert.ToHexString(signature));
    }

    private static bool Verify(string key, string message, string signature) =>
        Schnorr.Verify(Convert.FromHexString(key), Convert.FromHexString(message), Convert.FromHexString(signature));
}
