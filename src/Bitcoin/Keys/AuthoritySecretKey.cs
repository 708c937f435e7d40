using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Bitcoin.Cryptography;

namespace Bitcoin;

/// <summary>
/// The secret with which a Stratum V2 server signs its certificates. As text: Base58Check of the 32 bytes, without version.
/// It does not print itself; only <see cref="Reveal"/> gives the text.
/// </summary>
public sealed class AuthoritySecretKey
{
    private readonly byte[] _secret;

    private AuthoritySecretKey(ReadOnlySpan<byte> secret, AuthorityPublicKey publicKey)
    {
        // Pinned so that the collector leaves no copies behind when it compacts.
        _secret = GC.AllocateUninitializedArray<byte>(Secp256k1.SecretSize, pinned: true);
        secret.CopyTo(_secret);
        PublicKey = publicKey;
    }

    /// <summary>The secret, 32 bytes big-endian. For signing; it never goes into text.</summary>
    public ReadOnlySpan<byte> Bytes => _secret;

    /// <summary>The public key that belongs to it.</summary>
    public AuthorityPublicKey PublicKey { get; }

    /// <summary>Reads the text form. The errors repeat nothing of the text but a character that is not Base58.</summary>
    /// <param name="text">The text; white space is refused.</param>
    /// <param name="key">The key, or null.</param>
    /// <param name="error">Why there is none.</param>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out AuthoritySecretKey? key, out FormatError error)
    {
        key = null;
        if (!Base58Check.TryDecode(text, out byte[] payload, out error))
            return false;
        if (payload.Length != Secp256k1.SecretSize)
        {
            string hint = payload.Length == 34 ? "; this looks like a public key" : string.Empty;
            error = new FormatError($"an authority secret key holds 32 bytes, this text holds {payload.Length}{hint}", 0);
        }
        else if (!TryCreate(payload, out key))
        {
            error = new FormatError("the number is not a secret key of secp256k1: it is 0 or not below the group order", 0);
        }

        CryptographicOperations.ZeroMemory(payload);
        return key is not null;
    }

    /// <summary>From 32 bytes; false where they are 0 or not below the group order.</summary>
    public static bool TryCreate(ReadOnlySpan<byte> secret, [NotNullWhen(true)] out AuthoritySecretKey? key)
    {
        key = null;
        Span<byte> xOnly = stackalloc byte[Secp256k1.XOnlySize];
        if (Secp256k1.TryXOnlyPublicKey(secret, xOnly) && AuthorityPublicKey.TryCreate(xOnly, out AuthorityPublicKey? publicKey))
            key = new AuthoritySecretKey(secret, publicKey);
        return key is not null;
    }

    /// <summary>The text form, secret: only to hand a new key to its owner.</summary>
    public string Reveal() => Base58Check.Encode(_secret);

    /// <summary>Never the key: the text that stands for it in logs and listings.</summary>
    public override string ToString() => "(secret)";
}
