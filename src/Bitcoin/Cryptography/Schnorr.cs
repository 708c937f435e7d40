using System.Security.Cryptography;
using Bitcoin.Cryptography.Arithmetic;

namespace Bitcoin.Cryptography;

/// <summary>
/// Schnorr signatures over secp256k1 (BIP340). Numbers are big-endian. Signing does not depend on the secret in the order of its
/// operations and memory accesses (see <see cref="Secp256k1"/>); verifying handles public values only.
/// </summary>
public static class Schnorr
{
    /// <summary>Bytes of a signature.</summary>
    public const int SignatureSize = 64;

    /// <summary>Bytes of auxiliary randomness.</summary>
    public const int AuxiliarySize = 32;

    /// <summary>Signs a message.</summary>
    /// <param name="secret">32 bytes.</param>
    /// <param name="message">Any length; Stratum V2 signs 32-byte hashes.</param>
    /// <param name="auxiliaryRandomness">32 random bytes, a defence against fault attacks; not needed for uniqueness.</param>
    /// <param name="signature">Receives 64 bytes.</param>
    /// <returns>False where the secret is not valid.</returns>
    public static bool TrySign(
        ReadOnlySpan<byte> secret, ReadOnlySpan<byte> message, ReadOnlySpan<byte> auxiliaryRandomness, Span<byte> signature)
    {
        if (!Secp256k1.TryReadSecret(secret, out Scalar d))
            return false;
        AffinePoint publicKey = Secp256k1.PublicPoint(d);
        d = NegateIf(publicKey.Y.IsOdd(), d);
        Span<byte> px = stackalloc byte[Secp256k1.XOnlySize];
        publicKey.X.Write(px);
        Scalar k = Nonce(d, px, message, auxiliaryRandomness);
        if (k.IsZero())
            return false;
        AffinePoint r = Secp256k1.PublicPoint(k);
        k = NegateIf(r.Y.IsOdd(), k);
        r.X.Write(signature);
        (k + (Challenge(signature[..32], px, message) * d)).Write(signature.Slice(32, 32));
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
            || !Secp256k1.TryLiftX(publicKey, out AffinePoint point)
            || !FieldElement.TryRead(signature[..32], out FieldElement rx)
            || !Scalar.TryRead(signature[32..], out Scalar s))
        {
            return false;
        }

        Scalar e = Challenge(signature[..32], publicKey, message);
        JacobianPoint sum = PointMultiplication.MultiplyGenerator(s).Add(PointMultiplication.Multiply(point, -e));
        return sum.TryToAffine(out AffinePoint r) && !r.Y.IsOdd() && r.X.ValueEquals(rx);
    }

    private static Scalar Nonce(
        in Scalar d, ReadOnlySpan<byte> px, ReadOnlySpan<byte> message, ReadOnlySpan<byte> auxiliaryRandomness)
    {
        Span<byte> masked = stackalloc byte[32];
        Span<byte> hash = stackalloc byte[32];
        d.Write(masked);
        TaggedHash.Compute("BIP0340/aux"u8, hash, auxiliaryRandomness);
        for (int i = 0; i < masked.Length; i++)
            masked[i] ^= hash[i];
        TaggedHash.Compute("BIP0340/nonce"u8, hash, masked, px, message);
        Scalar k = Scalar.Read(hash);
        CryptographicOperations.ZeroMemory(masked);
        CryptographicOperations.ZeroMemory(hash);
        return k;
    }

    private static Scalar Challenge(ReadOnlySpan<byte> r, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message)
    {
        Span<byte> hash = stackalloc byte[32];
        TaggedHash.Compute("BIP0340/challenge"u8, hash, r, publicKey, message);
        return Scalar.Read(hash);
    }

    // Whether y is odd is public: the signature and the key show it to whoever has the points.
    private static Scalar NegateIf(bool odd, in Scalar value) => Scalar.Select(odd ? ulong.MaxValue : 0, -value, value);
}
