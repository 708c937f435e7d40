using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Math.EC;

namespace Bitcoin.Cryptography;

/// <summary>
/// Keys and points of the curve secp256k1 as byte strings. Numbers are big-endian; an x-only key is 32 bytes (BIP340), a
/// compressed point 33 bytes (SEC 1). Bytes that are no valid key give false, never an exception.
/// </summary>
public static class Secp256k1
{
    /// <summary>Bytes of a secret key or a scalar.</summary>
    public const int SecretSize = 32;

    /// <summary>Bytes of an x-only public key.</summary>
    public const int XOnlySize = 32;

    /// <summary>Bytes of a compressed public key.</summary>
    public const int CompressedSize = 33;

    private static readonly X9ECParameters Parameters = SecNamedCurves.GetByName("secp256k1");

    internal static ECCurve Curve => Parameters.Curve;

    internal static ECPoint G => Parameters.G;

    internal static BigInteger N => Parameters.N;

    internal static BigInteger P => Parameters.Curve.Field.Characteristic;

    /// <summary>Whether the bytes are a secret key: 32 of them, as a number from 1 to the group order − 1.</summary>
    public static bool IsValidSecret(ReadOnlySpan<byte> secret) => TrySecret(secret, out _);

    /// <summary>The x-only public key of a secret (BIP340).</summary>
    /// <param name="secret">32 bytes.</param>
    /// <param name="xOnly">Receives 32 bytes.</param>
    /// <returns>False where the secret is not valid.</returns>
    public static bool TryXOnlyPublicKey(ReadOnlySpan<byte> secret, Span<byte> xOnly)
    {
        if (!TrySecret(secret, out BigInteger d))
            return false;
        WriteNumber(G.Multiply(d).Normalize().AffineXCoord.ToBigInteger(), xOnly);
        return true;
    }

    /// <summary>The compressed public key of a secret.</summary>
    /// <param name="secret">32 bytes.</param>
    /// <param name="compressed">Receives 33 bytes.</param>
    /// <returns>False where the secret is not valid.</returns>
    public static bool TryCompressedPublicKey(ReadOnlySpan<byte> secret, Span<byte> compressed)
    {
        if (!TrySecret(secret, out BigInteger d))
            return false;
        G.Multiply(d).Normalize().GetEncoded(true).CopyTo(compressed);
        return true;
    }

    /// <summary>Whether the 32 bytes are the x coordinate of a point on the curve (BIP340 <c>lift_x</c>).</summary>
    public static bool IsValidXOnly(ReadOnlySpan<byte> xOnly) => TryLiftX(xOnly, out _);

    /// <summary>Whether the bytes are a public key in SEC 1 form: 33 bytes compressed, or 65 uncompressed.</summary>
    public static bool IsValidPublicKey(ReadOnlySpan<byte> publicKey) => TryParsePoint(publicKey, out _);

    /// <summary>
    /// P + t·G for a public key P: the unhardened child key of BIP32 (t = the left half of the HMAC).
    /// </summary>
    /// <param name="compressed">P, 33 bytes.</param>
    /// <param name="scalar">t, 32 bytes.</param>
    /// <param name="result">Receives 33 bytes.</param>
    /// <returns>False where P is no point, t is not below the group order, or the sum is the point at infinity.</returns>
    public static bool TryAddGeneratorMultiple(ReadOnlySpan<byte> compressed, ReadOnlySpan<byte> scalar, Span<byte> result)
    {
        if (compressed.Length != CompressedSize || !TryParsePoint(compressed, out ECPoint? point) || !TryScalar(scalar, out BigInteger t))
            return false;
        ECPoint sum = point.Add(G.Multiply(t)).Normalize();
        if (sum.IsInfinity)
            return false;
        sum.GetEncoded(true).CopyTo(result);
        return true;
    }

    /// <summary>lift_x(P) + t·G for an x-only key P: the output key of BIP341 (t = the TapTweak hash).</summary>
    /// <param name="xOnly">P, 32 bytes.</param>
    /// <param name="tweak">t, 32 bytes.</param>
    /// <param name="result">Receives the x coordinate of the sum, 32 bytes.</param>
    /// <param name="odd">Whether its y coordinate is odd.</param>
    /// <returns>False where P is no point, t is not below the group order, or the sum is the point at infinity.</returns>
    public static bool TryTweakXOnly(ReadOnlySpan<byte> xOnly, ReadOnlySpan<byte> tweak, Span<byte> result, out bool odd)
    {
        odd = false;
        if (!TryLiftX(xOnly, out ECPoint? point) || !TryScalar(tweak, out BigInteger t))
            return false;
        ECPoint sum = point.Add(G.Multiply(t)).Normalize();
        if (sum.IsInfinity)
            return false;
        odd = sum.AffineYCoord.TestBitZero();
        WriteNumber(sum.AffineXCoord.ToBigInteger(), result);
        return true;
    }

    internal static bool TryLiftX(ReadOnlySpan<byte> xOnly, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ECPoint? point)
    {
        point = null;
        if (xOnly.Length != XOnlySize)
            return false;
        Span<byte> compressed = stackalloc byte[CompressedSize];
        compressed[0] = 2;
        xOnly.CopyTo(compressed[1..]);
        return TryParsePoint(compressed, out point);
    }

    internal static bool TryParsePoint(
        ReadOnlySpan<byte> encoded,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ECPoint? point)
    {
        point = null;
        bool plausible = (encoded.Length == CompressedSize && encoded[0] is 2 or 3) || (encoded.Length == 65 && encoded[0] == 4);
        if (!plausible)
            return false;
        try
        {
            point = Curve.DecodePoint(encoded.ToArray());
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    internal static bool TrySecret(ReadOnlySpan<byte> secret, out BigInteger value) => TryScalar(secret, out value) && value.SignValue != 0;

    internal static bool TryScalar(ReadOnlySpan<byte> scalar, out BigInteger value)
    {
        value = BigInteger.Zero;
        if (scalar.Length != SecretSize)
            return false;
        value = new BigInteger(1, scalar.ToArray());
        return value.CompareTo(N) < 0;
    }

    internal static void WriteNumber(BigInteger value, Span<byte> destination)
    {
        byte[] bytes = value.ToByteArrayUnsigned();
        destination[..32].Clear();
        bytes.CopyTo(destination[(32 - bytes.Length)..]);
    }
}
