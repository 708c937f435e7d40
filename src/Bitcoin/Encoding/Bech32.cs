namespace Bitcoin;

/// <summary>The two checksums of Bech32 text.</summary>
public enum Bech32Variant
{
    /// <summary>BIP173; for witness version 0.</summary>
    Bech32,

    /// <summary>BIP350; for witness versions from 1.</summary>
    Bech32m,
}

/// <summary>
/// Bech32 and Bech32m text (BIP173, BIP350): a human-readable part, '1', 5-bit values, six characters of checksum.
/// Either all in lower or all in upper case.
/// </summary>
public static class Bech32
{
    /// <summary>The longest text (BIP173).</summary>
    public const int MaxTextLength = 90;

    private const string Alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    private const int ChecksumLength = 6;

    /// <summary>The text for 5-bit values.</summary>
    /// <param name="humanReadablePart">In lower case.</param>
    /// <param name="values">Each below 32.</param>
    /// <param name="variant">Which checksum.</param>
    public static string Encode(string humanReadablePart, ReadOnlySpan<byte> values, Bech32Variant variant)
    {
        Span<byte> checksum = stackalloc byte[ChecksumLength];
        uint polymod = Polymod(humanReadablePart, values, checksum) ^ Constant(variant);
        for (int i = 0; i < ChecksumLength; i++)
            checksum[i] = (byte)((polymod >> (5 * (ChecksumLength - 1 - i))) & 31);
        var text = new char[humanReadablePart.Length + 1 + values.Length + ChecksumLength];
        humanReadablePart.CopyTo(text);
        text[humanReadablePart.Length] = '1';
        for (int i = 0; i < values.Length + ChecksumLength; i++)
            text[humanReadablePart.Length + 1 + i] = Alphabet[i < values.Length ? values[i] : checksum[i - values.Length]];
        return new string(text);
    }

    /// <summary>Decodes and verifies the checksum.</summary>
    /// <param name="text">The text.</param>
    /// <param name="humanReadablePart">What stands before the last '1', in lower case.</param>
    /// <param name="values">The 5-bit values without checksum.</param>
    /// <param name="variant">Which checksum it has.</param>
    /// <param name="error">Why it was refused.</param>
    public static bool TryDecode(
        ReadOnlySpan<char> text, out string humanReadablePart, out byte[] values, out Bech32Variant variant, out FormatError error)
    {
        (humanReadablePart, values, variant) = (string.Empty, [], Bech32Variant.Bech32);
        int separator = text.LastIndexOf('1');
        if (CheckForm(text, separator) is { } wrong)
        {
            error = wrong;
            return false;
        }

        string part = text[..separator].ToString().ToLowerInvariant();
        var data = new byte[text.Length - separator - 1];
        for (int i = 0; i < data.Length; i++)
        {
            int value = Alphabet.IndexOf(char.ToLowerInvariant(text[separator + 1 + i]), StringComparison.Ordinal);
            if (value < 0)
            {
                error = new FormatError($"'{text[separator + 1 + i]}' is not a Bech32 character", separator + 1 + i);
                return false;
            }

            data[i] = (byte)value;
        }

        uint polymod = Polymod(part, data, default);
        if (polymod != Constant(Bech32Variant.Bech32) && polymod != Constant(Bech32Variant.Bech32m))
        {
            error = new FormatError("the Bech32 checksum is wrong: a character is mistyped or missing", 0);
            return false;
        }

        humanReadablePart = part;
        values = data[..^ChecksumLength];
        variant = polymod == Constant(Bech32Variant.Bech32) ? Bech32Variant.Bech32 : Bech32Variant.Bech32m;
        error = default;
        return true;
    }

    /// <summary>Regroups bytes as 5-bit values, the last one filled with zero bits.</summary>
    public static byte[] ToValues(ReadOnlySpan<byte> bytes)
    {
        var values = new byte[((bytes.Length * 8) + 4) / 5];
        for (int i = 0; i < bytes.Length * 8; i++)
            values[i / 5] |= (byte)(((bytes[i / 8] >> (7 - (i % 8))) & 1) << (4 - (i % 5)));
        return values;
    }

    /// <summary>Regroups 5-bit values as bytes; null when more than four bits are left over or one of them is set.</summary>
    public static byte[]? ToBytes(ReadOnlySpan<byte> values)
    {
        int bits = values.Length * 5;
        var bytes = new byte[bits / 8];
        for (int i = 0; i < bits; i++)
        {
            int bit = (values[i / 5] >> (4 - (i % 5))) & 1;
            if (i < bytes.Length * 8)
                bytes[i / 8] |= (byte)(bit << (7 - (i % 8)));
            else if (bit != 0)
                return null;
        }

        return bits % 8 > 4 ? null : bytes;
    }

    private static FormatError? CheckForm(ReadOnlySpan<char> text, int separator)
    {
        if (text.Length > MaxTextLength)
            return new FormatError($"Bech32 text has at most {MaxTextLength} characters, this has {text.Length}", MaxTextLength);
        int odd = text.IndexOfAnyExceptInRange('!', '~');
        if (odd >= 0)
            return new FormatError($"{Characters.Name(text[odd])} is not allowed in Bech32 text", odd);
        int upper = text.IndexOfAnyInRange('A', 'Z');
        int lower = text.IndexOfAnyInRange('a', 'z');
        if (upper >= 0 && lower >= 0)
            return new FormatError("Bech32 text is either all lower or all upper case, not mixed", Math.Max(upper, lower));
        if (separator < 1)
            return new FormatError("Bech32 text has a human-readable part and then '1'", 0);
        return text.Length - separator - 1 < ChecksumLength
            ? new FormatError("Bech32 text ends with a checksum of six characters after the last '1'", text.Length)
            : null;
    }

    private static uint Constant(Bech32Variant variant) => variant == Bech32Variant.Bech32 ? 1u : 0x2bc830a3;

    private static uint Polymod(string humanReadablePart, ReadOnlySpan<byte> values, ReadOnlySpan<byte> checksum)
    {
        uint state = 1;
        foreach (char character in humanReadablePart)
            state = Step(state, (uint)character >> 5);
        state = Step(state, 0);
        foreach (char character in humanReadablePart)
            state = Step(state, (uint)character & 31);
        foreach (byte value in values)
            state = Step(state, value);
        foreach (byte value in checksum)
            state = Step(state, value);
        return state;
    }

    private static uint Step(uint state, uint value)
    {
        ReadOnlySpan<uint> generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
        uint top = state >> 25;
        state = ((state & 0x1ffffff) << 5) ^ value;
        for (int i = 0; i < generator.Length; i++)
            state ^= ((top >> i) & 1) == 1 ? generator[i] : 0;
        return state;
    }
}
