using Bitcoin.Cryptography;

namespace Sv2.Noise;

/// <summary>Sizes of the handshake's two messages (04-Protocol-Security 4.5).</summary>
public static class NoiseHandshake
{
    /// <summary>Bytes of act 1, initiator to responder: its ephemeral key.</summary>
    public const int Act1Size = ElligatorSwift.EncodedSize;

    /// <summary>
    /// Bytes of act 2, responder to initiator: ephemeral key 64, encrypted static key 64 + 16, encrypted certificate 74 + 16. (The
    /// specification's total of 170 is older than the 64-byte keys.)
    /// </summary>
    public const int Act2Size = EncryptedCertificateOffset + EncryptedCertificateSize;

    internal const int EncryptedStaticOffset = ElligatorSwift.EncodedSize;

    internal const int EncryptedStaticSize = ElligatorSwift.EncodedSize + NoiseFrame.MacSize;

    internal const int EncryptedCertificateOffset = EncryptedStaticOffset + EncryptedStaticSize;

    internal const int EncryptedCertificateSize = NoiseCertificate.Size + NoiseFrame.MacSize;
}
