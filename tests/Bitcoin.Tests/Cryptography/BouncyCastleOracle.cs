using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Math.EC;

namespace Bitcoin.Tests.Cryptography;

/// <summary>What BouncyCastle says about secp256k1: the second opinion for our own arithmetic.</summary>
internal static class BouncyCastleOracle
{
    private static readonly Org.BouncyCastle.Asn1.X9.X9ECParameters Parameters = SecNamedCurves.GetByName("secp256k1");

    public static BigInteger P => Parameters.Curve.Field.Characteristic;

    public static BigInteger N => Parameters.N;

    public static ECPoint G => Parameters.G;

    public static BigInteger Number(ReadOnlySpan<byte> bytes) => new(1, bytes.ToArray());

    public static byte[] Bytes(BigInteger number)
    {
        byte[] digits = number.ToByteArrayUnsigned();
        byte[] bytes = new byte[32];
        digits.CopyTo(bytes, 32 - digits.Length);
        return bytes;
    }

    public static byte[] Compressed(ECPoint point) => point.Normalize().GetEncoded(true);

    public static byte[] X(ECPoint point) => Bytes(point.Normalize().AffineXCoord.ToBigInteger());

    /// <summary>The point of a compressed key, null where there is none.</summary>
    public static ECPoint? Point(byte[] compressed)
    {
        try
        {
            return Parameters.Curve.DecodePoint(compressed);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
