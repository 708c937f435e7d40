using System.Buffers.Binary;

namespace Fuzz.Harness;

/// <summary>Makes malformed input from valid: flipped bits, truncation, splices, lengths that lie.</summary>
internal static class Mutator
{
    private static readonly uint[] Lies =
    [
        0, 1, 0x7f, 0x80, 0xfc, 0xfd, 0xfe, 0xff, 0x100, 0xffff, 0x10000, 0xffffff, 0x7fffffff, 0x80000000, uint.MaxValue,
    ];

    /// <summary>One input: rarely random bytes alone, else a seed with one to four mutations.</summary>
    internal static byte[] Bytes(SeededRandom random, IReadOnlyList<byte[]> seeds)
    {
        if (random.Next(16) == 0)
            return random.Bytes(random.Next(200));
        byte[] input = random.Pick(seeds);
        for (int i = 1 + random.Next(4); i > 0; i--)
            input = MutateOnce(random, input, seeds);
        return input;
    }

    /// <summary>The same for text; words of the format's own are put in, too.</summary>
    internal static string Text(SeededRandom random, IReadOnlyList<string> seeds, string alphabet)
    {
        if (random.Next(16) == 0)
            return string.Create(random.Next(80), (random, alphabet), static (text, state) =>
            {
                for (int i = 0; i < text.Length; i++)
                    text[i] = state.alphabet[state.random.Next(state.alphabet.Length)];
            });
        string input = random.Pick(seeds);
        for (int i = 1 + random.Next(4); i > 0; i--)
            input = MutateOnce(random, input, seeds, alphabet);
        return input;
    }

    private static byte[] MutateOnce(SeededRandom random, byte[] input, IReadOnlyList<byte[]> seeds)
    {
        int at = random.Next(input.Length + 1);
        switch (random.Next(9))
        {
            case 0 when input.Length > 0:
                return Changed(input, bytes => bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8)));
            case 1 when input.Length > 0:
                return Changed(input, bytes => bytes[random.Next(bytes.Length)] = (byte)random.Pick(Lies));
            case 2:
                return input[..at];
            case 3:
                return [.. input.AsSpan(0, at), .. random.Bytes(1 + random.Next(20)), .. input.AsSpan(at)];
            case 4:
                return [.. input.AsSpan(0, at), .. input.AsSpan(at + random.Next(input.Length - at + 1))];
            case 5:
                byte[] other = random.Pick(seeds);
                return [.. input.AsSpan(0, at), .. other.AsSpan(random.Next(other.Length + 1))];
            case 6 when input.Length >= 2:
                return Changed(input, bytes => Lie(random, bytes));
            case 7 when input.Length is > 0 and < 100_000:
                return [.. input.AsSpan(0, at), .. input];
            default:
                return [.. input, .. random.Bytes(1 + random.Next(8))];
        }
    }

    private static string MutateOnce(SeededRandom random, string input, IReadOnlyList<string> seeds, string alphabet)
    {
        int at = random.Next(input.Length + 1);
        char other = random.Next(8) == 0 ? (char)random.Next(0x10000) : alphabet[random.Next(alphabet.Length)];
        switch (random.Next(6))
        {
            case 0 when at < input.Length:
                return string.Concat(input.AsSpan(0, at), [other], input.AsSpan(at + 1));
            case 1:
                return input[..at];
            case 2:
                return string.Concat(input.AsSpan(0, at), [other], input.AsSpan(at));
            case 3:
                return string.Concat(input.AsSpan(0, at), input.AsSpan(at + random.Next(input.Length - at + 1)));
            case 4:
                string spliced = random.Pick(seeds);
                return string.Concat(input.AsSpan(0, at), spliced.AsSpan(random.Next(spliced.Length + 1)));
            default:
                int end = at + random.Next(input.Length - at + 1);
                return input.Length > 100_000 ? input[..at] : string.Concat(input.AsSpan(0, end), input.AsSpan(at));
        }
    }

    private static byte[] Changed(byte[] input, Action<byte[]> change)
    {
        byte[] copy = [.. input];
        change(copy);
        return copy;
    }

    // Over the bytes somewhere: a length of one to four bytes, or a CompactSize.
    private static void Lie(SeededRandom random, byte[] bytes)
    {
        Span<byte> lie = stackalloc byte[5];
        BinaryPrimitives.WriteUInt32LittleEndian(lie, random.Pick(Lies));
        if (random.Next(4) == 0)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(lie[1..], random.Pick(Lies));
            lie[0] = (byte)(0xfd + random.Next(3));
        }

        int length = Math.Min(1 + random.Next(5), bytes.Length);
        lie[..length].CopyTo(bytes.AsSpan(random.Next(bytes.Length - length + 1)));
    }
}
