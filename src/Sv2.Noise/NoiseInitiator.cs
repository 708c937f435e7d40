using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Bitcoin.Cryptography;
using Sv2.Noise.Ciphers;
using Sv2.Noise.Handshake;

namespace Sv2.Noise;

/// <summary>
/// The client's side of a handshake: <see cref="Start"/>, send <see cref="Act1"/>, receive 234 bytes,
/// <see cref="TryFinish"/>. One object serves one handshake; dispose it afterwards, it holds the ephemeral secret.
/// </summary>
public sealed class NoiseInitiator : IDisposable
{
    private readonly SymmetricState _state = new();
    private readonly EllSwiftKeyPair _ephemeral;
    private readonly byte[]? _authorityKey;
    private bool _over;

    private NoiseInitiator(EllSwiftKeyPair ephemeral, ReadOnlySpan<byte> authorityKey)
    {
        _ephemeral = ephemeral;
        _authorityKey = authorityKey.IsEmpty ? null : authorityKey.ToArray();
        _state.MixHash(ephemeral.Encoded);
        _state.EncryptAndHash(default, default);
    }

    /// <summary>What to send: 64 bytes.</summary>
    public ReadOnlySpan<byte> Act1 => _ephemeral.Encoded;

    internal SymmetricState State => _state;

    /// <summary>Starts a handshake with a fresh ephemeral key.</summary>
    /// <param name="entropy">Source of the ephemeral key.</param>
    /// <param name="authorityKey">
    /// x-only key that must have signed the server's certificate, 32 bytes; empty: the certificate is not checked at all, which
    /// leaves the connection open to anyone in between.
    /// </param>
    /// <exception cref="ArgumentException">The authority key has neither 0 nor 32 bytes.</exception>
    public static NoiseInitiator Start(EntropySource entropy, ReadOnlySpan<byte> authorityKey)
    {
        if (authorityKey.Length is not (0 or Secp256k1.XOnlySize))
            throw new ArgumentException("An authority key has 32 bytes.", nameof(authorityKey));
        return new NoiseInitiator(EllSwiftKeyPair.Generate(entropy), authorityKey);
    }

    /// <summary>Finishes the handshake with the server's answer. Can be called once.</summary>
    /// <param name="act2">234 bytes as received.</param>
    /// <param name="unixSeconds">The local time, for the certificate.</param>
    /// <param name="session">The session; null on failure. The caller disposes it.</param>
    /// <param name="failure">Why it failed.</param>
    public bool TryFinish(
        ReadOnlySpan<byte> act2, long unixSeconds, [NotNullWhen(true)] out NoiseSession? session, out NoiseFailure failure)
    {
        session = null;
        failure = new NoiseFailure(NoiseError.OutOfOrder);
        if (_over)
            return false;
        _over = true;
        failure = Read(act2, unixSeconds, out NoiseCertificate? certificate);
        if (failure.Error != NoiseError.None || certificate is null)
            return false;
        (CipherState toResponder, CipherState toInitiator) = _state.Split();
        session = new NoiseSession(toResponder, toInitiator, certificate);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _over = true;
        _ephemeral.Dispose();
        _state.Dispose();
    }

    private NoiseFailure Read(ReadOnlySpan<byte> act2, long unixSeconds, out NoiseCertificate? certificate)
    {
        certificate = null;
        if (act2.Length != NoiseHandshake.Act2Size)
            return new NoiseFailure(NoiseError.WrongSize);
        ReadOnlySpan<byte> theirEphemeral = act2[..ElligatorSwift.EncodedSize];
        Span<byte> secret = stackalloc byte[32];
        _state.MixHash(theirEphemeral);
        _ephemeral.SharedSecret(theirEphemeral, initiating: true, secret);
        _state.MixKey(secret);

        Span<byte> theirStatic = stackalloc byte[ElligatorSwift.EncodedSize];
        if (!_state.TryDecryptAndHash(
            act2.Slice(NoiseHandshake.EncryptedStaticOffset, NoiseHandshake.EncryptedStaticSize), theirStatic))
        {
            return new NoiseFailure(NoiseError.DecryptionFailed);
        }

        Span<byte> staticX = stackalloc byte[Secp256k1.XOnlySize];
        ElligatorSwift.Decode(theirStatic, staticX);
        _ephemeral.SharedSecret(theirStatic, staticX, initiating: true, secret);
        _state.MixKey(secret);
        CryptographicOperations.ZeroMemory(secret);

        Span<byte> message = stackalloc byte[NoiseCertificate.Size];
        if (!_state.TryDecryptAndHash(act2[NoiseHandshake.EncryptedCertificateOffset..], message))
            return new NoiseFailure(NoiseError.DecryptionFailed);
        certificate = NoiseCertificate.Parse(message);
        return _authorityKey is null ? default : certificate.Verify(staticX, _authorityKey, unixSeconds);
    }
}
