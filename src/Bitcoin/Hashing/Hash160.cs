using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Digests;

namespace Bitcoin;

/// <summary>RIPEMD-160 of SHA-256: hashes of keys and scripts in outputs.</summary>
public static class Hash160
{
    /// <summary>Bytes of a hash.</summary>
    public const int Size = 20;

    /// <summary>The hash in a new array.</summary>
    public static byte[] Hash(ReadOnlySpan<byte> data)
    {
        Span<byte> sha = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(data, sha);
        var digest = new RipeMD160Digest();
        digest.BlockUpdate(sha);
        var hash = new byte[Size];
        digest.DoFinal(hash);
        return hash;
    }
}
