using System.Security.Cryptography;

namespace Bitcoin;

/// <summary>SHA-256 applied twice: ids of transactions, nodes of merkle trees, hashes of headers. Allocates nothing.</summary>
public static class Sha256d
{
    /// <summary>Bytes of a hash.</summary>
    public const int Size = 32;

    /// <summary>The hash as a number: its 32 bytes read little-endian, as targets are compared with.</summary>
    public static U256 Hash(ReadOnlySpan<byte> data)
    {
        Span<byte> hash = stackalloc byte[Size];
        Hash(data, hash);
        return U256.FromLittleEndian(hash);
    }

    /// <summary>Writes the 32 hash bytes; <paramref name="destination"/> may overlap <paramref name="data"/>.</summary>
    public static void Hash(ReadOnlySpan<byte> data, Span<byte> destination)
    {
        Span<byte> once = stackalloc byte[Size];
        if (OpenSslSha256.IsAvailable)
        {
            OpenSslSha256.Hash(data, once);
            OpenSslSha256.Hash(once, destination);
            return;
        }

        SHA256.HashData(data, once);
        SHA256.HashData(once, destination);
    }

    /// <summary>The parent of two nodes of a merkle tree.</summary>
    public static U256 HashPair(U256 left, U256 right)
    {
        Span<byte> pair = stackalloc byte[2 * Size];
        left.WriteLittleEndian(pair);
        right.WriteLittleEndian(pair[Size..]);
        return Hash(pair);
    }
}
