using System.Security.Cryptography;

namespace Bitcoin;

/// <summary>Base58 of a payload and the first four bytes of its double SHA-256.</summary>
public static class Base58Check
{
    private const int ChecksumSize = 4;

    /// <summary>The text for <paramref name="payload"/>.</summary>
    public static string Encode(ReadOnlySpan<byte> payload)
    {
        var bytes = new byte[payload.Length + ChecksumSize];
        payload.CopyTo(bytes);
        Checksum(payload, bytes.AsSpan(payload.Length));
        string text = Base58.Encode(bytes);
        CryptographicOperations.ZeroMemory(bytes);
        return text;
    }

    /// <summary>Decodes and verifies the checksum. The errors do not repeat the text, which may be a secret.</summary>
    /// <param name="text">The text.</param>
    /// <param name="payload">The bytes without checksum; empty when the text is refused.</param>
    /// <param name="error">Why it was refused.</param>
    public static bool TryDecode(ReadOnlySpan<char> text, out byte[] payload, out FormatError error)
    {
        payload = [];
        if (!Base58.TryDecode(text, out byte[] bytes, out error))
            return false;
        if (bytes.Length < ChecksumSize)
        {
            error = new FormatError("too short: the Base58Check checksum alone takes 4 bytes", text.Length);
            return false;
        }

        Span<byte> checksum = stackalloc byte[ChecksumSize];
        Checksum(bytes.AsSpan(..^ChecksumSize), checksum);
        bool right = bytes.AsSpan(^ChecksumSize..).SequenceEqual(checksum);
        if (right)
            payload = bytes[..^ChecksumSize];
        else
            error = new FormatError("the Base58Check checksum is wrong: a character is mistyped or missing", 0);
        CryptographicOperations.ZeroMemory(bytes);
        return right;
    }

    private static void Checksum(ReadOnlySpan<byte> payload, Span<byte> checksum)
    {
        Span<byte> hash = stackalloc byte[Sha256d.Size];
        Sha256d.Hash(payload, hash);
        hash[..ChecksumSize].CopyTo(checksum);
    }
}
