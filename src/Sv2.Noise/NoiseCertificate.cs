using System.Buffers.Binary;
using System.Security.Cryptography;
using Bitcoin.Cryptography;

namespace Sv2.Noise;

/// <summary>
/// The authority's signature over a server's static key and its time of validity (04-Protocol-Security 4.5.3). On the wire it is
/// the 74-byte SIGNATURE_NOISE_MESSAGE; the static key travels beside it.
/// </summary>
public sealed class NoiseCertificate
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 10 + Schnorr.SignatureSize;

    /// <summary>The only version there is.</summary>
    public const ushort CurrentVersion = 0;

    /// <summary>Seconds both times are stretched by, for clocks that are not quite right.</summary>
    public const uint LeewaySeconds = 10;

    private readonly byte[] _message;

    private NoiseCertificate(ReadOnlySpan<byte> message) => _message = message.ToArray();

    /// <summary>The format's version; only 0 is accepted where certificates are checked.</summary>
    public ushort Version => BinaryPrimitives.ReadUInt16LittleEndian(_message);

    /// <summary>First second of validity, unix time.</summary>
    public uint ValidFrom => BinaryPrimitives.ReadUInt32LittleEndian(_message.AsSpan(2));

    /// <summary>Last second of validity, unix time.</summary>
    public uint NotValidAfter => BinaryPrimitives.ReadUInt32LittleEndian(_message.AsSpan(6));

    /// <summary>BIP340 signature, 64 bytes.</summary>
    public ReadOnlySpan<byte> Signature => _message.AsSpan(10);

    /// <summary>The wire form, 74 bytes.</summary>
    public ReadOnlySpan<byte> Message => _message;

    /// <summary>Reads the wire form. Nothing is checked but the size.</summary>
    /// <param name="message">74 bytes.</param>
    /// <exception cref="ArgumentException">Another size: a bug of the caller.</exception>
    public static NoiseCertificate Parse(ReadOnlySpan<byte> message) => message.Length == Size
        ? new NoiseCertificate(message)
        : throw new ArgumentException("A certificate has 74 bytes.", nameof(message));

    /// <summary>Signs a certificate of version 0.</summary>
    /// <param name="authoritySecret">32 bytes, valid.</param>
    /// <param name="staticKey">The server's x-only static key, 32 bytes.</param>
    /// <param name="validFrom">First second of validity, unix time.</param>
    /// <param name="notValidAfter">Last second of validity, unix time.</param>
    /// <param name="auxiliaryRandomness">32 random bytes for the signature.</param>
    /// <exception cref="ArgumentException">The authority's secret is not valid.</exception>
    public static NoiseCertificate Create(
        ReadOnlySpan<byte> authoritySecret,
        ReadOnlySpan<byte> staticKey,
        uint validFrom,
        uint notValidAfter,
        ReadOnlySpan<byte> auxiliaryRandomness)
    {
        Span<byte> message = stackalloc byte[Size];
        BinaryPrimitives.WriteUInt16LittleEndian(message, CurrentVersion);
        BinaryPrimitives.WriteUInt32LittleEndian(message[2..], validFrom);
        BinaryPrimitives.WriteUInt32LittleEndian(message[6..], notValidAfter);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        HashSignedFields(message, staticKey, hash);
        if (!Schnorr.TrySign(authoritySecret, hash, auxiliaryRandomness, message[10..]))
            throw new ArgumentException("The authority's secret is no valid secp256k1 secret.", nameof(authoritySecret));
        return new NoiseCertificate(message);
    }

    /// <summary>Checks version, signature and times, in this order.</summary>
    /// <param name="staticKey">The server's x-only static key as decrypted in the handshake, 32 bytes.</param>
    /// <param name="authorityKey">The x-only key trusted to sign, 32 bytes.</param>
    /// <param name="unixSeconds">The local time.</param>
    /// <returns>The failure; <see cref="NoiseError.None"/> where the certificate holds.</returns>
    public NoiseFailure Verify(ReadOnlySpan<byte> staticKey, ReadOnlySpan<byte> authorityKey, long unixSeconds)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        HashSignedFields(_message, staticKey, hash);
        if (Version != CurrentVersion)
            return new NoiseFailure(NoiseError.UnsupportedCertificateVersion);

        // The signature comes before the times: the clock is to blame only for a certificate that is genuine.
        if (!Schnorr.Verify(authorityKey, hash, Signature))
            return new NoiseFailure(NoiseError.InvalidCertificateSignature);
        if (unixSeconds > (long)NotValidAfter + LeewaySeconds)
            return new NoiseFailure(NoiseError.CertificateExpired, unixSeconds - NotValidAfter);
        if (unixSeconds < (long)ValidFrom - LeewaySeconds)
            return new NoiseFailure(NoiseError.CertificateNotYetValid, ValidFrom - unixSeconds);
        return default;
    }

    private static void HashSignedFields(ReadOnlySpan<byte> message, ReadOnlySpan<byte> staticKey, Span<byte> hash)
    {
        Span<byte> signed = stackalloc byte[10 + Secp256k1.XOnlySize];
        message[..10].CopyTo(signed);
        staticKey.CopyTo(signed[10..]);
        SHA256.HashData(signed, hash);
    }
}
