using System.Security.Cryptography;

namespace Testbed.Consensus;

/// <summary>
/// The testbed's own double SHA-256. Everything in this folder is written apart from <c>src</c> on purpose: peers that
/// judge the daemon's blocks must not share its mistakes.
/// </summary>
public static class Hashing
{
    /// <summary>SHA256(SHA256(data)), read as a little-endian number, which is how headers and messages carry it.</summary>
    public static U256 DoubleSha256(ReadOnlySpan<byte> data)
    {
        Span<byte> once = stackalloc byte[32];
        Span<byte> twice = stackalloc byte[32];
        SHA256.HashData(data, once);
        SHA256.HashData(once, twice);
        return U256.FromLittleEndian(twice);
    }

    /// <summary>The hash of two nodes of a merkle tree.</summary>
    public static U256 Pair(U256 left, U256 right)
    {
        Span<byte> both = stackalloc byte[64];
        left.WriteLittleEndian(both);
        right.WriteLittleEndian(both[32..]);
        return DoubleSha256(both);
    }
}
