namespace Sv2.Noise;

/// <summary>Why a handshake or a cipher operation failed. Each of them ends the connection.</summary>
public enum NoiseError
{
    /// <summary>No failure.</summary>
    None = 0,

    /// <summary>An act, an encrypted header or an encrypted payload has not the size it must have.</summary>
    WrongSize,

    /// <summary>The authentication tag does not fit: tampered, out of order, or encrypted with another key.</summary>
    DecryptionFailed,

    /// <summary>The certificate has a version other than 0.</summary>
    UnsupportedCertificateVersion,

    /// <summary>The authority key is known and did not sign the server's certificate.</summary>
    InvalidCertificateSignature,

    /// <summary>The certificate is past its end by more than the leeway.</summary>
    CertificateExpired,

    /// <summary>The certificate is not valid yet by more than the leeway.</summary>
    CertificateNotYetValid,

    /// <summary>The 2^64 − 1 nonces of a key are used up.</summary>
    NonceExhausted,

    /// <summary>The operation is over: a handshake can be finished once, a disposed cipher no longer encrypts.</summary>
    OutOfOrder,
}
