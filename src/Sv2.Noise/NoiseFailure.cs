using System.Globalization;

namespace Sv2.Noise;

/// <summary>The failure of a handshake.</summary>
/// <param name="Error">What happened.</param>
/// <param name="ClockSkewSeconds">
/// For the two certificate times: seconds past the end, or seconds before the start, by the local clock. Otherwise 0.
/// </param>
public readonly record struct NoiseFailure(NoiseError Error, long ClockSkewSeconds = 0)
{
    /// <summary>A sentence for the log.</summary>
    public string Text => Error switch
    {
        NoiseError.None => "no failure",
        NoiseError.WrongSize => "handshake message has the wrong size",
        NoiseError.DecryptionFailed => "authentication tag does not fit: tampered message or another key",
        NoiseError.UnsupportedCertificateVersion => "certificate version is not 0",
        NoiseError.InvalidCertificateSignature => "certificate is not signed by the configured authority key",
        NoiseError.CertificateExpired => string.Create(
            CultureInfo.InvariantCulture,
            $"certificate expired {ClockSkewSeconds} s ago by the local clock: renew it, or check both clocks"),
        NoiseError.CertificateNotYetValid => string.Create(
            CultureInfo.InvariantCulture,
            $"certificate is valid only in {ClockSkewSeconds} s by the local clock: check both clocks"),
        NoiseError.NonceExhausted => "all nonces of the key are used",
        NoiseError.OutOfOrder => "handshake is already finished",
        _ => Error.ToString(),
    };

    /// <inheritdoc/>
    public override string ToString() => Text;
}
