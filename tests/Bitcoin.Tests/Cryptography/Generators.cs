using CsCheck;

namespace Bitcoin.Tests.Cryptography;

/// <summary>32-byte numbers, with the ones near the ends of the ranges drawn far more often than chance would.</summary>
internal static class Generators
{
    private static readonly string[] Corners =
    [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000001",
        "0000000000000000000000000000000000000000000000000000000000000002",
        "00000000000000000000000000000000000000000000000000000001000003d1",
        "000000000000000000000000000000000000000000000000000fffffffffffff",
        "0000000000000000000000000000000000000000000000000010000000000000",
        "000000000000000000000000000000014551231950b75fc4402da1732fc9bebf",
        "7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0",
        "7fffffffffffffffffffffffffffffffffffffffffffffffffffffff7ffffe17",
        "8000000000000000000000000000000000000000000000000000000000000000",
        "ffffffffffffffffffffffffffffffff00000000000000000000000000000000",
        "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140",
        "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
        "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364142",
        "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2e",
        "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f",
        "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc30",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    ];

    /// <summary>Any 32 bytes.</summary>
    public static Gen<byte[]> Word { get; } = Gen.Frequency(
        (3, Gen.Byte.Array[32]),
        (1, Gen.Int[0, Corners.Length - 1].Select(i => Convert.FromHexString(Corners[i]))),
        (1, Runs()));

    /// <summary>A valid secret key.</summary>
    public static Gen<byte[]> Secret { get; } =
        Word.Where(word => Bitcoin.Cryptography.Secp256k1.IsValidSecret(word));

    /// <summary>A compressed public key.</summary>
    public static Gen<byte[]> PublicKey { get; } =
        Secret.Select(secret => BouncyCastleOracle.Compressed(BouncyCastleOracle.G.Multiply(BouncyCastleOracle.Number(secret))));

    // Long runs of ones and zeros: what carries break on.
    private static Gen<byte[]> Runs() => Gen.Select(Gen.Int[0, 255], Gen.Int[0, 255], Gen.Bool, (a, b, inverse) =>
    {
        byte[] word = new byte[32];
        for (int bit = Math.Min(a, b); bit <= Math.Max(a, b); bit++)
            word[bit / 8] |= (byte)(1 << (bit % 8));
        return inverse ? Array.ConvertAll(word, x => (byte)~x) : word;
    });
}
