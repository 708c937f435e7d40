using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Bitcoin.Cryptography;
using Sv2.Noise.Ciphers;
using Sv2.Noise.Handshake;

namespace Sv2.Noise;

/// <summary>The server's side of a handshake: one step, from the 64 bytes received to the 234 bytes to send and the session.</summary>
public static class NoiseResponder
{
    /// <summary>
    /// Answers act 1. Any 64 bytes are a public key, so only the size can be wrong; a client that does not follow the protocol shows
    /// at its first frame.
    /// </summary>
    /// <param name="identity">Static key and certificate of the listener.</param>
    /// <param name="act1">64 bytes as received.</param>
    /// <param name="unixSeconds">The local time, for the certificate's renewal.</param>
    /// <param name="entropy">Source of the ephemeral key.</param>
    /// <param name="act2">Receives 234 bytes to send.</param>
    /// <param name="session">The session; null on failure. The caller disposes it.</param>
    /// <param name="failure">Why it failed.</param>
    /// <exception cref="ArgumentException"><paramref name="act2"/> has not 234 bytes: a bug of the caller.</exception>
    public static bool TryRespond(
        NoiseResponderIdentity identity,
        ReadOnlySpan<byte> act1,
        long unixSeconds,
        EntropySource entropy,
        Span<byte> act2,
        [NotNullWhen(true)] out NoiseSession? session,
        out NoiseFailure failure)
    {
        session = null;
        failure = new NoiseFailure(NoiseError.WrongSize);
        if (act1.Length != NoiseHandshake.Act1Size)
            return false;
        using var ephemeral = EllSwiftKeyPair.Generate(entropy);
        session = Respond(identity.StaticKey, identity.CertificateAt(unixSeconds, entropy), act1, ephemeral, act2);
        failure = default;
        return true;
    }

    internal static NoiseSession Respond(
        EllSwiftKeyPair staticKey, NoiseCertificate certificate, ReadOnlySpan<byte> act1, EllSwiftKeyPair ephemeral, Span<byte> act2)
    {
        if (act2.Length != NoiseHandshake.Act2Size)
            throw new ArgumentException("Act 2 has 234 bytes.", nameof(act2));
        using var state = new SymmetricState();
        Span<byte> secret = stackalloc byte[32];
        Span<byte> theirX = stackalloc byte[ElligatorSwift.XSize];
        ElligatorSwift.Decode(act1, theirX);
        state.MixHash(act1);
        state.EncryptAndHash(default, default);

        ephemeral.Encoded.CopyTo(act2);
        state.MixHash(ephemeral.Encoded);
        ephemeral.SharedSecret(act1, theirX, initiating: false, secret);
        state.MixKey(secret);
        state.EncryptAndHash(
            staticKey.Encoded, act2.Slice(NoiseHandshake.EncryptedStaticOffset, NoiseHandshake.EncryptedStaticSize));
        staticKey.SharedSecret(act1, theirX, initiating: false, secret);
        state.MixKey(secret);
        CryptographicOperations.ZeroMemory(secret);
        state.EncryptAndHash(certificate.Message, act2[NoiseHandshake.EncryptedCertificateOffset..]);

        (CipherState toResponder, CipherState toInitiator) = state.Split();
        return new NoiseSession(send: toInitiator, receive: toResponder, certificate);
    }
}
