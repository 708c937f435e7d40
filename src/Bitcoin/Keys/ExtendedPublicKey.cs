using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Bitcoin.Cryptography;

namespace Bitcoin;

/// <summary>An extended public key (BIP32), written xpub… or, on the test networks, tpub….</summary>
public sealed class ExtendedPublicKey
{
    private const int SerializedSize = 78;
    private const uint MainnetVersion = 0x0488b21e;
    private const uint TestVersion = 0x043587cf;

    private readonly byte[] _chainCode;
    private readonly byte[] _publicKey;

    private ExtendedPublicKey(byte[] chainCode, byte[] publicKey, bool isTest) =>
        (_chainCode, _publicKey, IsTest) = (chainCode, publicKey, isTest);

    /// <summary>The key itself, 33 bytes compressed.</summary>
    public ReadOnlySpan<byte> PublicKey => _publicKey;

    /// <summary>Whether it is a tpub.</summary>
    public bool IsTest { get; }

    /// <summary>Reads an xpub or tpub.</summary>
    /// <param name="text">The text.</param>
    /// <param name="key">The key, or null.</param>
    /// <param name="error">Why there is none.</param>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out ExtendedPublicKey? key, out FormatError error)
    {
        key = null;
        if (!Base58Check.TryDecode(text, out byte[] bytes, out error))
            return false;
        string? reason = Check(bytes);
        if (reason is not null)
        {
            CryptographicOperations.ZeroMemory(bytes);
            error = new FormatError(reason, 0);
            return false;
        }

        key = new ExtendedPublicKey(bytes[13..45], bytes[45..], BinaryPrimitives.ReadUInt32BigEndian(bytes) == TestVersion);
        return true;
    }

    /// <summary>The child with an index below 2^31; null in the case (less likely than 2^-127) that there is none.</summary>
    public ExtendedPublicKey? Derive(uint index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(index, (uint)int.MaxValue);
        Span<byte> data = stackalloc byte[Secp256k1.CompressedSize + 4];
        _publicKey.CopyTo(data);
        BinaryPrimitives.WriteUInt32BigEndian(data[Secp256k1.CompressedSize..], index);
        Span<byte> mac = stackalloc byte[HMACSHA512.HashSizeInBytes];
        HMACSHA512.HashData(_chainCode, data, mac);
        var child = new byte[Secp256k1.CompressedSize];
        return Secp256k1.TryAddGeneratorMultiple(_publicKey, mac[..32], child)
            ? new ExtendedPublicKey(mac[32..].ToArray(), child, IsTest)
            : null;
    }

    private static string? Check(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != SerializedSize)
            return $"an extended public key holds {SerializedSize} bytes, this holds {bytes.Length}";
        uint version = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        if (version is not (MainnetVersion or TestVersion))
            return $"an extended public key begins with xpub or tpub; the version 0x{version:x8} is neither";
        bool isMaster = bytes[4] == 0;
        if (isMaster && bytes[5..13].ContainsAnyExcept((byte)0))
            return "the extended public key has depth 0 but names a parent";
        return Secp256k1.IsValidPublicKey(bytes[45..]) ? null : "the extended public key does not hold a point of secp256k1";
    }
}
