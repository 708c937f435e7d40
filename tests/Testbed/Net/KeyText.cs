using System.Numerics;
using System.Security.Cryptography;

namespace Testbed.Net;

/// <summary>
/// The field's text form of keys: Base58Check; a public key has the version 1 in two little-endian bytes in front, a secret
/// has nothing.
/// </summary>
public static class KeyText
{
    private const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    public static string Public(ReadOnlySpan<byte> xOnlyKey) => Encode([1, 0, .. xOnlyKey]);

    public static string Secret(ReadOnlySpan<byte> secret) => Encode(secret);

    /// <summary>The 32 bytes of a public key's text; null when it is anything else.</summary>
    public static byte[]? TryReadPublic(string text) => Decode(text) is [1, 0, .. { Length: 32 } key] ? key : null;

    /// <summary>The 32 bytes of a secret's text; null when it is anything else.</summary>
    public static byte[]? TryReadSecret(string text) => Decode(text) is { Length: 32 } secret ? secret : null;

    private static string Encode(ReadOnlySpan<byte> payload)
    {
        byte[] all = [.. payload, .. Checksum(payload)];
        var number = new BigInteger(all, isUnsigned: true, isBigEndian: true);
        var digits = new Stack<char>();
        for (; number > 0; number /= 58)
            digits.Push(Alphabet[(int)(number % 58)]);
        int zeros = all.TakeWhile(value => value == 0).Count();
        return new string('1', zeros) + new string([.. digits]);
    }

    private static byte[]? Decode(string text)
    {
        BigInteger number = 0;
        foreach (char digit in text)
        {
            int value = Alphabet.IndexOf(digit, StringComparison.Ordinal);
            if (value < 0 || text.Length > 80)
                return null;
            number = (number * 58) + value;
        }

        byte[] rest = number.IsZero ? [] : number.ToByteArray(isUnsigned: true, isBigEndian: true);
        byte[] all = [.. new byte[text.TakeWhile(digit => digit == '1').Count()], .. rest];
        return all.Length >= 4 && all.AsSpan(all.Length - 4).SequenceEqual(Checksum(all.AsSpan(0, all.Length - 4))) ? all[..^4] : null;
    }

    private static byte[] Checksum(ReadOnlySpan<byte> payload) => SHA256.HashData(SHA256.HashData(payload))[..4];
}
