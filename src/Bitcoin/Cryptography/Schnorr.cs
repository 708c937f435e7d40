using System.Security.Cryptography;
using Org.BouncyCastle.Math;
using ECPoint = Org.BouncyCastle.Math.EC.ECPoint;

namespace Bitcoin.Cryptography;

/// <summary>Schnorr signatures over secp256k1 (BIP340). Numbers are big-endian.</summary>
public static class Schnorr
{
    /// <summary>Bytes of a signature.</summary>
    public const int SignatureSize = 64;

    /// <summary>Signs a message.</summary>
    /// <param name="secret">32 bytes.</param>
    /// <param name="message">Any length; Stratum V2 signs 32-byte hashes.</param>
    /// <param name="auxiliaryRandomness">32 random bytes, a defence against fault attacks; not needed for uniqueness.</param>
    /// <param name="signature">Receives 64 bytes.</param>
    /// <returns>False where the secret is not valid.</returns>
    public static bool TrySign(
        ReadOnlySpan<byte> secret, ReadOnlySpan<byte> message, ReadOnlySpan<byte> auxiliaryRandomness, Span<byte> signature)
    {
        if (!Secp256k1.TrySecret(secret, out BigInteger d))
            return false;
        ECPoint publicKey = Secp256k1.G.Multiply(d).Normalize();
        if (publicKey.AffineYCoord.TestBitZero())
            d = Secp256k1.N.Subtract(d);
        Span<byte> px = stackalloc byte[32];
        Secp256k1.WriteNumber(publicKey.AffineXCoord.ToBigInteger(), px);
        Span<byte> masked = stackalloc byte[32];
        Span<byte> dBytes = stackalloc byte[32];
        Secp256k1.WriteNumber(d, dBytes);
        TaggedHash.Compute("BIP0340/aux"u8, masked, auxiliaryRandomness);
        for (int i = 0; i < 32; i++)
            masked[i] ^= dBytes[i];
        Span<byte> hash = stackalloc byte[32];
        TaggedHash.Compute("BIP0340/nonce"u8, hash, masked, px, message);
        BigInteger k = new BigInteger(1, hash.ToArray()).Mod(Secp256k1.N);
        if (k.SignValue == 0)
            return false;
        ECPoint r = Secp256k1.G.Multiply(k).Normalize();
        if (r.AffineYCoord.TestBitZero())
            k = Secp256k1.N.Subtract(k);
        Secp256k1.WriteNumber(r.AffineXCoord.ToBigInteger(), signature);
        TaggedHash.Compute("BIP0340/challenge"u8, hash, signature[..32], px, message);
        BigInteger e = new BigInteger(1, hash.ToArray()).Mod(Secp256k1.N);
        Secp256k1.WriteNumber(k.Add(e.Multiply(d)).Mod(Secp256k1.N), signature[32..]);
        CryptographicOperations.ZeroMemory(masked);
        CryptographicOperations.ZeroMemory(dBytes);
        return true;
    }

    /// <summary>Checks a signature.</summary>
    /// <param name="publicKey">x-only key, 32 bytes.</param>
    /// <param name="message">Any length.</param>
    /// <param name="signature">64 bytes.</param>
    /// <returns>False where the signature does not fit or any argument is malformed.</returns>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureSize
            || !Secp256k1.TryLiftX(publicKey, out ECPoint? point)
            || !Secp256k1.TryScalar(signature[32..], out BigInteger s))
        {
            return false;
        }

        Span<byte> hash = stackalloc byte[32];
        TaggedHash.Compute("BIP0340/challenge"u8, hash, signature[..32], publicKey, message);
        BigInteger e = new BigInteger(1, hash.ToArray()).Mod(Secp256k1.N);
        ECPoint r = Org.BouncyCastle.Math.EC.ECAlgorithms.SumOfTwoMultiplies(Secp256k1.G, s, point, Secp256k1.N.Subtract(e)).Normalize();
        if (r.IsInfinity || r.AffineYCoord.TestBitZero())
            return false;
        Secp256k1.WriteNumber(r.AffineXCoord.ToBigInteger(), hash);
        return hash.SequenceEqual(signature[..32]);
    }
}
