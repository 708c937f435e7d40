using System.Buffers.Binary;
using System.Security.Cryptography;
using Bitcoin.Cryptography.Arithmetic;

namespace Bitcoin.Cryptography;

/// <summary>
/// ElligatorSwift encoding of secp256k1 public keys (BIP324): each 64-byte string decodes to the x coordinate of a point, and a
/// random encoding of a random key is indistinguishable from random bytes. Numbers are big-endian.
/// <para>
/// Encoding and decoding handle public keys only and take a time that depends on them. The multiplications with a secret do not
/// depend on the secret, see <see cref="Secp256k1"/>.
/// </para>
/// </summary>
public static class ElligatorSwift
{
    /// <summary>Bytes of an encoded public key.</summary>
    public const int EncodedSize = 64;

    /// <summary>Bytes of randomness an encoding takes.</summary>
    public const int RandomnessSize = 32;

    /// <summary>Bytes of an x coordinate and of a shared secret.</summary>
    public const int XSize = 32;

    /// <summary>The x coordinate an encoding stands for. Every 64-byte string has one.</summary>
    /// <param name="encoded">64 bytes.</param>
    /// <param name="x">Receives 32 bytes.</param>
    public static void Decode(ReadOnlySpan<byte> encoded, Span<byte> x) => DecodeX(encoded).Write(x);

    /// <summary>Encodes the public key of a secret.</summary>
    /// <param name="secret">32 bytes.</param>
    /// <param name="randomness">32 bytes that choose among the encodings.</param>
    /// <param name="encoded">Receives 64 bytes.</param>
    /// <returns>False where the secret is not valid.</returns>
    public static bool TryCreate(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> randomness, Span<byte> encoded)
    {
        if (!Secp256k1.TryReadSecret(secret, out Scalar d))
            return false;
        Encode(Secp256k1.PublicPoint(d), randomness, encoded);
        return true;
    }

    /// <summary>
    /// Encodes a public key. The candidates u and the case numbers are drawn from
    /// <c>tagged_hash("secp256k1_ellswift_encode", key ‖ 31 zero bytes ‖ randomness ‖ counter)</c>, so equal input gives the
    /// encoding libsecp256k1 gives.
    /// </summary>
    /// <param name="compressed">33 bytes.</param>
    /// <param name="randomness">32 bytes that choose among the encodings.</param>
    /// <param name="encoded">Receives 64 bytes.</param>
    /// <returns>False where the bytes are no point.</returns>
    public static bool TryEncode(ReadOnlySpan<byte> compressed, ReadOnlySpan<byte> randomness, Span<byte> encoded)
    {
        if (compressed.Length != Secp256k1.CompressedSize || !Secp256k1.TryReadPoint(compressed, out AffinePoint point))
            return false;
        Encode(point, randomness, encoded);
        return true;
    }

    /// <summary>The shared secret of BIP324 (<c>v2_ecdh</c>), not symmetric in the roles.</summary>
    /// <param name="secret">Our secret, 32 bytes, valid.</param>
    /// <param name="ours">Our public key as sent, 64 bytes.</param>
    /// <param name="theirs">Their public key as received, 64 bytes.</param>
    /// <param name="initiating">Whether this side started the handshake.</param>
    /// <param name="sharedSecret">Receives 32 bytes.</param>
    /// <exception cref="ArgumentException">The secret is not valid.</exception>
    public static void SharedSecret(
        ReadOnlySpan<byte> secret,
        ReadOnlySpan<byte> ours,
        ReadOnlySpan<byte> theirs,
        bool initiating,
        Span<byte> sharedSecret)
    {
        Span<byte> theirX = stackalloc byte[XSize];
        Decode(theirs, theirX);
        SharedSecret(secret, ours, theirs, theirX, initiating, sharedSecret);
    }

    /// <summary>As the other overload, for a key that has been decoded: one that meets several secrets is decoded once.</summary>
    /// <param name="secret">Our secret, 32 bytes, valid.</param>
    /// <param name="ours">Our public key as sent, 64 bytes.</param>
    /// <param name="theirs">Their public key as received, 64 bytes.</param>
    /// <param name="theirX">What <see cref="Decode"/> made of it, 32 bytes.</param>
    /// <param name="initiating">Whether this side started the handshake.</param>
    /// <param name="sharedSecret">Receives 32 bytes.</param>
    /// <exception cref="ArgumentException">The secret is not valid.</exception>
    public static void SharedSecret(
        ReadOnlySpan<byte> secret,
        ReadOnlySpan<byte> ours,
        ReadOnlySpan<byte> theirs,
        ReadOnlySpan<byte> theirX,
        bool initiating,
        Span<byte> sharedSecret)
    {
        Span<byte> x = stackalloc byte[XSize];
        SharedX(secret, theirX, x);
        TaggedHash.Compute("bip324_ellswift_xonly_ecdh"u8, sharedSecret, initiating ? ours : theirs, initiating ? theirs : ours, x);
        CryptographicOperations.ZeroMemory(x);
    }

    /// <summary>The x coordinate of secret × a public key (BIP324 <c>ellswift_ecdh_xonly</c> after its decoding).</summary>
    /// <param name="secret">Our secret, 32 bytes, valid.</param>
    /// <param name="theirX">x coordinate of their public key, which must be one: 32 bytes as <see cref="Decode"/> gives them.</param>
    /// <param name="x">Receives 32 bytes.</param>
    /// <exception cref="ArgumentException">The secret is not valid.</exception>
    public static void SharedX(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> theirX, Span<byte> x)
    {
        if (!Secp256k1.TryReadSecret(secret, out Scalar d))
            throw new ArgumentException("No valid secp256k1 secret.", nameof(secret));
        PointMultiplication.MultiplyX(FieldElement.Read(theirX), d).Write(x);
    }

    internal static FieldElement DecodeX(ReadOnlySpan<byte> encoded) =>
        SwiftMap.ToX(FieldElement.Read(encoded[..32]), FieldElement.Read(encoded.Slice(32, 32)));

    private static void Encode(in AffinePoint point, ReadOnlySpan<byte> randomness, Span<byte> encoded)
    {
        Span<byte> key = stackalloc byte[64];
        key.Clear();
        Secp256k1.WriteCompressed(point, key);
        Span<byte> branches = stackalloc byte[32];
        Span<byte> candidate = stackalloc byte[32];
        uint counter = 0;

        // One candidate in four gives a t; that no one does in 64 has a probability of 10^-8, hence the new set of case numbers.
        for (int left = 0; ; left--)
        {
            if (left == 0)
            {
                Draw(key, randomness, counter++, branches);
                left = 64;
            }

            int branch = (branches[(left - 1) >> 1] >> (((left - 1) & 1) << 2)) & 7;
            Draw(key, randomness, counter++, candidate);
            if (!SwiftMap.TryInvert(point.X, FieldElement.Read(candidate), branch, out FieldElement t))
                continue;
            candidate.CopyTo(encoded);
            (t.IsOdd() == point.Y.IsOdd() ? t : -t).Write(encoded[32..]);
            return;
        }
    }

    private static void Draw(ReadOnlySpan<byte> key, ReadOnlySpan<byte> randomness, uint counter, Span<byte> destination)
    {
        Span<byte> counterBytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(counterBytes, counter);
        TaggedHash.Compute("secp256k1_ellswift_encode"u8, destination, key, randomness, counterBytes);
    }
}
