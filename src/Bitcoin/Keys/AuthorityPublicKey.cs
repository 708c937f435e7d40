using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Bitcoin.Cryptography;

namespace Bitcoin;

/// <summary>
/// The public key by which a Stratum V2 server is known (spec 04, 4.6): 32 bytes, x-only. As text: Base58Check of a
/// little-endian version 1 and the key.
/// </summary>
public sealed class AuthorityPublicKey : IEquatable<AuthorityPublicKey>
{
    private const ushort Version = 1;
    private const int VersionSize = 2;

    private readonly byte[] _xOnly;

    private AuthorityPublicKey(byte[] xOnly) => _xOnly = xOnly;

    /// <summary>The key, 32 bytes big-endian.</summary>
    public ReadOnlySpan<byte> XOnly => _xOnly;

    /// <summary>Reads the text form.</summary>
    /// <param name="text">The text; white space is refused.</param>
    /// <param name="key">The key, or null.</param>
    /// <param name="error">Why there is none.</param>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out AuthorityPublicKey? key, out FormatError error)
    {
        key = null;
        if (!Base58Check.TryDecode(text, out byte[] payload, out error))
            return false;
        if (payload.Length != VersionSize + Secp256k1.XOnlySize)
        {
            string hint = payload.Length == Secp256k1.SecretSize ? "; this looks like a secret key" : string.Empty;
            error = new FormatError($"an authority public key holds 34 bytes, this text holds {payload.Length}{hint}", 0);
            return false;
        }

        ushort version = BinaryPrimitives.ReadUInt16LittleEndian(payload);
        if (version != Version)
        {
            error = new FormatError($"authority public keys have version 1, this one has version {version}", 0);
            return false;
        }

        if (TryCreate(payload.AsSpan(VersionSize), out key))
            return true;
        error = new FormatError("the 32 bytes are not the x coordinate of a point on secp256k1", 0);
        return false;
    }

    /// <summary>From 32 bytes; false where they are not the x coordinate of a point.</summary>
    public static bool TryCreate(ReadOnlySpan<byte> xOnly, [NotNullWhen(true)] out AuthorityPublicKey? key)
    {
        key = Secp256k1.IsValidXOnly(xOnly) ? new AuthorityPublicKey(xOnly.ToArray()) : null;
        return key is not null;
    }

    /// <inheritdoc/>
    public bool Equals(AuthorityPublicKey? other) => other is not null && XOnly.SequenceEqual(other.XOnly);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as AuthorityPublicKey);

    /// <inheritdoc/>
    public override int GetHashCode() => BinaryPrimitives.ReadInt32LittleEndian(_xOnly);

    /// <summary>The text form.</summary>
    public override string ToString()
    {
        Span<byte> payload = stackalloc byte[VersionSize + Secp256k1.XOnlySize];
        BinaryPrimitives.WriteUInt16LittleEndian(payload, Version);
        _xOnly.CopyTo(payload[VersionSize..]);
        return Base58Check.Encode(payload);
    }
}
