namespace Bitcoin;

/// <summary>Base58 text: a number in base 58, each leading zero byte being a '1'. Letters and digits but for 0, O, I and l.</summary>
public static class Base58
{
    /// <summary>The longest text that is decoded: decoding takes time that grows with the square of the length.</summary>
    public const int MaxTextLength = 512;

    private const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    /// <summary>The text for <paramref name="bytes"/>.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        int zeros = LeadingCount(bytes, (byte)0);
        var digits = new List<byte>();
        foreach (byte value in bytes[zeros..])
        {
            int carry = value;
            for (int i = 0; i < digits.Count; i++)
            {
                carry += digits[i] << 8;
                digits[i] = (byte)(carry % 58);
                carry /= 58;
            }

            for (; carry > 0; carry /= 58)
                digits.Add((byte)(carry % 58));
        }

        return string.Create(zeros + digits.Count, (zeros, digits), static (text, state) =>
        {
            text[..state.zeros].Fill(Alphabet[0]);
            for (int i = 0; i < state.digits.Count; i++)
                text[^(i + 1)] = Alphabet[state.digits[i]];
        });
    }

    /// <summary>Decodes; any other character, also white space, is refused where it stands.</summary>
    /// <param name="text">The text.</param>
    /// <param name="bytes">What it stands for; empty when it is refused.</param>
    /// <param name="error">Why it was refused.</param>
    public static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes, out FormatError error)
    {
        bytes = [];
        error = default;
        if (text.Length > MaxTextLength)
        {
            error = new FormatError($"the text is longer than {MaxTextLength} characters", MaxTextLength);
            return false;
        }

        int zeros = LeadingCount(text, Alphabet[0]);
        Span<byte> number = stackalloc byte[MaxTextLength];
        int length = 0;
        for (int i = zeros; i < text.Length; i++)
        {
            int carry = Alphabet.IndexOf(text[i], StringComparison.Ordinal);
            if (carry < 0)
            {
                error = new FormatError($"{Characters.Name(text[i])} is not a Base58 character (letters and digits without 0, O, I, l)", i);
                number.Clear();
                return false;
            }

            for (int j = 0; j < length; j++)
            {
                carry += number[j] * 58;
                number[j] = (byte)carry;
                carry >>= 8;
            }

            if (carry > 0)
                number[length++] = (byte)carry;
        }

        bytes = new byte[zeros + length];
        number[..length].CopyTo(bytes.AsSpan(zeros));
        bytes.AsSpan(zeros).Reverse();
        number.Clear();
        return true;
    }

    private static int LeadingCount<T>(ReadOnlySpan<T> items, T item)
        where T : IEquatable<T>
    {
        int other = items.IndexOfAnyExcept(item);
        return other < 0 ? items.Length : other;
    }
}
