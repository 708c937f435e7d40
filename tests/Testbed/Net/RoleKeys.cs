using System.Security.Cryptography;
using Bitcoin.Cryptography;
using Sv2.Noise;

namespace Testbed.Net;

/// <summary>The authority of a role: what its peers configure, and the certificates it shows them.</summary>
public sealed class RoleKeys : IDisposable
{
    private const uint CertificateSeconds = 24 * 60 * 60;

    private readonly byte[] _secret;

    private RoleKeys(byte[] secret)
    {
        _secret = secret;
        Identity = new NoiseResponderIdentity(secret, EllSwiftKeyPair.Generate(RandomNumberGenerator.Fill), CertificateSeconds);
    }

    /// <summary>The authority's x-only key, 32 bytes.</summary>
    public ReadOnlyMemory<byte> AuthorityKey => Identity.AuthorityKey.ToArray();

    /// <summary>The authority's key in the field's text form.</summary>
    public string PublicText => KeyText.Public(Identity.AuthorityKey);

    /// <summary>The authority's secret in the field's text form.</summary>
    public string SecretText => KeyText.Secret(_secret);

    internal NoiseResponderIdentity Identity { get; }

    /// <summary>A random authority.</summary>
    public static RoleKeys Generate()
    {
        var secret = new byte[32];
        do
        {
            RandomNumberGenerator.Fill(secret);
        }
        while (!Secp256k1.IsValidSecret(secret));
        return new RoleKeys(secret);
    }

    /// <summary>The authority of a secret in the field's text form.</summary>
    /// <exception cref="FormatException">The text is not a secret.</exception>
    public static RoleKeys FromSecret(string text) =>
        KeyText.TryReadSecret(text) is { } secret && Secp256k1.IsValidSecret(secret)
            ? new RoleKeys(secret)
            : throw new FormatException("not a secret key in Base58Check");

    /// <inheritdoc/>
    public void Dispose() => Identity.Dispose();
}
