using System.Security.Cryptography;

namespace Bitcoin.Cryptography;

/// <summary>
/// A secp256k1 secret with the ElligatorSwift encoding of its public key, as Stratum V2 uses for ephemeral and static keys
/// (04-Protocol-Security 4.3.1.1). Immutable until disposed; <see cref="Dispose"/> zeroes the secret.
/// </summary>
public sealed class EllSwiftKeyPair : IDisposable
{
    private const int MaximumDraws = 16;

    // Pinned so that the collector leaves no copies behind when it compacts.
    private readonly byte[] _secret = GC.AllocateUninitializedArray<byte>(Secp256k1.SecretSize, pinned: true);
    private readonly byte[] _encoded = new byte[ElligatorSwift.EncodedSize];
    private bool _disposed;

    private EllSwiftKeyPair(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> encoded)
    {
        secret.CopyTo(_secret);
        encoded.CopyTo(_encoded);
    }

    /// <summary>The public key, 64 bytes as sent to the peer.</summary>
    public ReadOnlySpan<byte> Encoded => _encoded;

    /// <summary>The secret key, 32 bytes big-endian.</summary>
    /// <exception cref="ObjectDisposedException">After <see cref="Dispose"/>: the bytes are zero by then.</exception>
    internal ReadOnlySpan<byte> Secret
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _secret;
        }
    }

    /// <summary>Draws a key pair.</summary>
    /// <param name="entropy">Source of the secret and of the encoding's randomness.</param>
    /// <exception cref="InvalidOperationException">The source is broken: it gave no valid secret in 16 draws of 32 bytes.</exception>
    public static EllSwiftKeyPair Generate(EntropySource entropy)
    {
        Span<byte> secret = stackalloc byte[Secp256k1.SecretSize];
        Span<byte> randomness = stackalloc byte[ElligatorSwift.RandomnessSize];
        try
        {
            for (int draw = 0; draw < MaximumDraws; draw++)
            {
                entropy(secret);
                entropy(randomness);
                if (TryCreate(secret, randomness, out EllSwiftKeyPair? pair))
                    return pair;
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }

        throw new InvalidOperationException("The entropy source gave no valid secp256k1 secret in 16 draws.");
    }

    /// <summary>The key pair of a given secret.</summary>
    /// <param name="secret">32 bytes big-endian.</param>
    /// <param name="randomness">32 bytes that choose among the encodings of the public key.</param>
    /// <param name="pair">The pair; null on failure.</param>
    /// <returns>False where the secret is 0, not below the group order, or not 32 bytes.</returns>
    public static bool TryCreate(
        ReadOnlySpan<byte> secret,
        ReadOnlySpan<byte> randomness,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out EllSwiftKeyPair? pair)
    {
        Span<byte> encoded = stackalloc byte[ElligatorSwift.EncodedSize];
        pair = ElligatorSwift.TryCreate(secret, randomness, encoded) ? new EllSwiftKeyPair(secret, encoded) : null;
        return pair is not null;
    }

    /// <summary>The shared secret of BIP324 (<c>v2_ecdh</c>) with a peer's public key.</summary>
    /// <param name="theirs">64 bytes; each string of 64 bytes is some public key.</param>
    /// <param name="initiating">Whether this side started the handshake.</param>
    /// <param name="sharedSecret">Receives 32 bytes.</param>
    /// <exception cref="ObjectDisposedException">After <see cref="Dispose"/>.</exception>
    public void SharedSecret(ReadOnlySpan<byte> theirs, bool initiating, Span<byte> sharedSecret) =>
        ElligatorSwift.SharedSecret(Secret, _encoded, theirs, initiating, sharedSecret);

    /// <summary>As the other overload, for a key that has been decoded: one that meets several secrets is decoded once.</summary>
    /// <param name="theirs">64 bytes.</param>
    /// <param name="theirX">What <see cref="ElligatorSwift.Decode"/> made of it, 32 bytes.</param>
    /// <param name="initiating">Whether this side started the handshake.</param>
    /// <param name="sharedSecret">Receives 32 bytes.</param>
    /// <exception cref="ObjectDisposedException">After <see cref="Dispose"/>.</exception>
    public void SharedSecret(ReadOnlySpan<byte> theirs, ReadOnlySpan<byte> theirX, bool initiating, Span<byte> sharedSecret) =>
        ElligatorSwift.SharedSecret(Secret, _encoded, theirs, theirX, initiating, sharedSecret);

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_secret);
    }
}
