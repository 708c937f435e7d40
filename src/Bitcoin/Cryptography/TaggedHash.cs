using System.Security.Cryptography;

namespace Bitcoin.Cryptography;

/// <summary>SHA-256 with the domain separation of BIP340: <c>SHA256(SHA256(tag) ‖ SHA256(tag) ‖ message)</c>.</summary>
public static class TaggedHash
{
    /// <summary>Hashes up to three parts, one after the other.</summary>
    /// <param name="tag">The tag's name in ASCII, e.g. <c>"TapTweak"u8</c>.</param>
    /// <param name="destination">Receives 32 bytes.</param>
    /// <param name="first">The message, or its first part.</param>
    /// <param name="second">Its second part.</param>
    /// <param name="third">Its third part.</param>
    public static void Compute(
        ReadOnlySpan<byte> tag,
        Span<byte> destination,
        ReadOnlySpan<byte> first,
        ReadOnlySpan<byte> second = default,
        ReadOnlySpan<byte> third = default)
    {
        const int OnStack = 512;
        int length = (2 * SHA256.HashSizeInBytes) + first.Length + second.Length + third.Length;
        Span<byte> data = length <= OnStack ? stackalloc byte[OnStack] : new byte[length];
        data = data[..length];
        SHA256.HashData(tag, data);
        data[..32].CopyTo(data[32..]);
        first.CopyTo(data[64..]);
        second.CopyTo(data[(64 + first.Length)..]);
        third.CopyTo(data[(64 + first.Length + second.Length)..]);
        SHA256.HashData(data, destination);
        CryptographicOperations.ZeroMemory(data);
    }
}
