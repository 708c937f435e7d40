using System.Buffers.Binary;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Math.EC;

namespace Bitcoin.Cryptography;

/// <summary>
/// ElligatorSwift encoding of secp256k1 public keys (BIP324): each 64-byte string decodes to the x coordinate of a point, and a
/// random encoding of a random key is indistinguishable from random bytes. Numbers are big-endian.
/// </summary>
public static class ElligatorSwift
{
    /// <summary>Bytes of an encoded public key.</summary>
    public const int EncodedSize = 64;

    /// <summary>Bytes of randomness an encoding takes.</summary>
    public const int RandomnessSize = 32;

    private static readonly BigInteger P = Secp256k1.P;
    private static readonly BigInteger Seven = BigInteger.ValueOf(7);
    private static readonly BigInteger Three = BigInteger.Three;
    private static readonly BigInteger SqrtExponent = P.Add(BigInteger.One).ShiftRight(2);
    private static readonly BigInteger SqrtMinus3 = Sqrt(P.Subtract(Three))!;
    private static readonly BigInteger Half = BigInteger.Two.ModInverse(P);

    /// <summary>The x coordinate an encoding stands for. Every 64-byte string has one.</summary>
    /// <param name="encoded">64 bytes.</param>
    /// <param name="x">Receives 32 bytes.</param>
    public static void Decode(ReadOnlySpan<byte> encoded, Span<byte> x)
    {
        BigInteger u = Number(encoded[..32]);
        BigInteger t = Number(encoded.Slice(32, 32));
        Secp256k1.WriteNumber(SwiftEc(u, t), x);
    }

    /// <summary>Encodes the public key of a secret.</summary>
    /// <param name="secret">32 bytes.</param>
    /// <param name="randomness">32 bytes that choose among the encodings.</param>
    /// <param name="encoded">Receives 64 bytes.</param>
    /// <returns>False where the secret is not valid.</returns>
    public static bool TryCreate(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> randomness, Span<byte> encoded)
    {
        Span<byte> compressed = stackalloc byte[Secp256k1.CompressedSize];
        return Secp256k1.TryCompressedPublicKey(secret, compressed) && TryEncode(compressed, randomness, encoded);
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
        if (!Secp256k1.TryParsePoint(compressed, out ECPoint? point))
            return false;
        BigInteger x = point.AffineXCoord.ToBigInteger();
        Span<byte> seed = stackalloc byte[64];
        seed.Clear();
        compressed.CopyTo(seed);
        Span<byte> branches = stackalloc byte[32];
        Span<byte> candidate = stackalloc byte[32];
        Span<byte> counterBytes = stackalloc byte[4];
        uint counter = 0;
        for (int left = 0; ; left--)
        {
            if (left == 0)
            {
                Draw(seed, randomness, counterBytes, counter++, branches);
                left = 64;
            }

            int branch = (branches[(left - 1) >> 1] >> (((left - 1) & 1) << 2)) & 7;
            Draw(seed, randomness, counterBytes, counter++, candidate);
            if (TryInverse(x, Number(candidate), branch) is not { } t)
                continue;
            if (t.TestBit(0) != point.AffineYCoord.TestBitZero())
                t = Negate(t);
            candidate.CopyTo(encoded);
            Secp256k1.WriteNumber(t, encoded[32..]);
            return true;
        }
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
        Span<byte> x = stackalloc byte[32];
        SharedX(secret, theirs, x);
        TaggedHash.Compute("bip324_ellswift_xonly_ecdh"u8, sharedSecret, initiating ? ours : theirs, initiating ? theirs : ours, x);
        x.Clear();
    }

    /// <summary>The x coordinate of secret × the decoded key (BIP324 <c>ellswift_ecdh_xonly</c>).</summary>
    /// <param name="secret">Our secret, 32 bytes, valid.</param>
    /// <param name="theirs">Their public key, 64 bytes.</param>
    /// <param name="x">Receives 32 bytes.</param>
    /// <exception cref="ArgumentException">The secret is not valid.</exception>
    public static void SharedX(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> theirs, Span<byte> x)
    {
        Span<byte> decoded = stackalloc byte[32];
        Decode(theirs, decoded);
        if (!Secp256k1.TrySecret(secret, out BigInteger d) || !Secp256k1.TryLiftX(decoded, out ECPoint? point))
            throw new ArgumentException("The secret is no valid secp256k1 secret.", nameof(secret));
        Secp256k1.WriteNumber(point.Multiply(d).Normalize().AffineXCoord.ToBigInteger(), x);
    }

    private static void Draw(
        ReadOnlySpan<byte> seed, ReadOnlySpan<byte> randomness, Span<byte> counterBytes, uint counter, Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(counterBytes, counter);
        TaggedHash.Compute("secp256k1_ellswift_encode"u8, destination, seed, randomness, counterBytes);
    }

    private static BigInteger SwiftEc(BigInteger u, BigInteger t)
    {
        if (u.SignValue == 0)
            u = BigInteger.One;
        if (t.SignValue == 0)
            t = BigInteger.One;
        BigInteger g = G(u);
        if (g.Add(Square(t)).Mod(P).SignValue == 0)
            t = t.ShiftLeft(1).Mod(P);
        BigInteger x = g.Subtract(Square(t)).Multiply(t.ShiftLeft(1).ModInverse(P)).Mod(P);
        BigInteger y = x.Add(t).Multiply(SqrtMinus3.Multiply(u).ModInverse(P)).Mod(P);
        BigInteger first = u.Add(Square(y).ShiftLeft(2)).Mod(P);
        if (Sqrt(G(first)) is not null)
            return first;
        BigInteger xOverY = x.Multiply(y.ModInverse(P));
        BigInteger second = Negate(xOverY.Add(u)).Multiply(Half).Mod(P);
        return Sqrt(G(second)) is not null ? second : xOverY.Subtract(u).Multiply(Half).Mod(P);
    }

    private static BigInteger? TryInverse(BigInteger x, BigInteger u, int branch)
    {
        BigInteger v;
        BigInteger s;
        if ((branch & 2) == 0)
        {
            if (Sqrt(G(Negate(x.Add(u)))) is not null)
                return null;
            v = x;
            s = Negate(G(u)).Multiply(Square(u).Add(u.Multiply(v)).Add(Square(v)).ModInverse(P)).Mod(P);
            if (Sqrt(s) is null)
                return null;
        }
        else
        {
            s = x.Subtract(u).Mod(P);
            if (s.SignValue == 0)
                return null;
            BigInteger inner = Negate(s.Multiply(G(u).ShiftLeft(2).Add(Three.Multiply(s).Multiply(Square(u)))));
            if (Sqrt(inner) is not { } r || ((branch & 1) == 1 && r.SignValue == 0))
                return null;
            v = Negate(u).Add(r.Multiply(s.ModInverse(P))).Multiply(Half).Mod(P);
        }

        if (Sqrt(s) is not { } w)
            return null;
        BigInteger sign = SqrtMinus3;
        BigInteger factor = (branch & 1) == 0
            ? BigInteger.One.Subtract(sign).Multiply(Half).Multiply(u).Add(v)
            : BigInteger.One.Add(sign).Multiply(Half).Multiply(u).Add(v);
        BigInteger t = w.Multiply(factor).Mod(P);
        return (branch & 5) is 0 or 5 ? Negate(t) : t;
    }

    private static BigInteger G(BigInteger x) => Square(x).Multiply(x).Add(Seven).Mod(P);

    private static BigInteger Square(BigInteger a) => a.Multiply(a).Mod(P);

    private static BigInteger Negate(BigInteger a) => a.Negate().Mod(P);

    private static BigInteger? Sqrt(BigInteger a)
    {
        a = a.Mod(P);
        BigInteger root = a.ModPow(SqrtExponent, P);
        return Square(root).Equals(a) ? root : null;
    }

    private static BigInteger Number(ReadOnlySpan<byte> bytes) => new BigInteger(1, bytes.ToArray()).Mod(P);
}
