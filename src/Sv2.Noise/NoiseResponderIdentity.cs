using System.Security.Cryptography;
using Bitcoin.Cryptography;

namespace Sv2.Noise;

/// <summary>
/// Who a listener is: its static key and the authority that certifies it. One object serves all connections of a listener, from any
/// thread; a certificate is signed once and reused until half of its time is over.
/// </summary>
public sealed class NoiseResponderIdentity : IDisposable
{
    // Guards _authoritySecret and the signing; _certificate is read without it.
    private readonly Lock _signing = new();
    private readonly byte[] _authoritySecret = GC.AllocateUninitializedArray<byte>(Secp256k1.SecretSize, pinned: true);
    private readonly byte[] _authorityKey = new byte[Secp256k1.XOnlySize];
    private readonly byte[] _staticX = new byte[Secp256k1.XOnlySize];
    private readonly uint _validitySeconds;
    private volatile NoiseCertificate? _certificate;

    /// <summary>An identity with the given keys.</summary>
    /// <param name="authoritySecret">The authority's secret, 32 bytes, valid; copied.</param>
    /// <param name="staticKey">The static key; this object owns it from here.</param>
    /// <param name="validitySeconds">How long a certificate is valid; at least 1.</param>
    /// <exception cref="ArgumentException">The authority's secret is not valid, or the validity is 0.</exception>
    public NoiseResponderIdentity(ReadOnlySpan<byte> authoritySecret, EllSwiftKeyPair staticKey, uint validitySeconds)
    {
        ArgumentOutOfRangeException.ThrowIfZero(validitySeconds);
        if (!Secp256k1.TryXOnlyPublicKey(authoritySecret, _authorityKey))
            throw new ArgumentException("The authority's secret is no valid secp256k1 secret.", nameof(authoritySecret));
        authoritySecret.CopyTo(_authoritySecret);
        StaticKey = staticKey;
        ElligatorSwift.Decode(staticKey.Encoded, _staticX);
        _validitySeconds = validitySeconds;
    }

    /// <summary>The authority's x-only public key, 32 bytes: what clients configure.</summary>
    public ReadOnlySpan<byte> AuthorityKey => _authorityKey;

    internal EllSwiftKeyPair StaticKey { get; }

    /// <summary>The certificate for a connection that begins now: the last one, or a new one where less than half of it is left.</summary>
    /// <param name="unixSeconds">The time, unix seconds.</param>
    /// <param name="entropy">Source of the signature's auxiliary randomness.</param>
    public NoiseCertificate CertificateAt(long unixSeconds, EntropySource entropy)
    {
        if (_certificate is { } current && IsFresh(current, unixSeconds))
            return current;
        lock (_signing)
        {
            if (_certificate is { } renewed && IsFresh(renewed, unixSeconds))
                return renewed;
            Span<byte> auxiliary = stackalloc byte[32];
            entropy(auxiliary);
            uint from = (uint)Math.Clamp(unixSeconds, 0, uint.MaxValue);
            uint until = (uint)Math.Min((ulong)from + _validitySeconds, uint.MaxValue);
            return _certificate = NoiseCertificate.Create(_authoritySecret, _staticX, from, until, auxiliary);
        }
    }

    /// <summary>Zeroes the secrets. Belongs after the end of the last handshake.</summary>
    public void Dispose()
    {
        StaticKey.Dispose();
        CryptographicOperations.ZeroMemory(_authoritySecret);
    }

    // Also not fresh: made by a clock that has been set back since.
    private bool IsFresh(NoiseCertificate certificate, long unixSeconds) =>
        unixSeconds >= certificate.ValidFrom && unixSeconds - certificate.ValidFrom <= _validitySeconds / 2;
}
