using System.Buffers;

namespace Bitcoin;

/// <summary>The eight characters after '#' of an output descriptor (BIP380): they find any few mistyped characters.</summary>
public static class DescriptorChecksum
{
    /// <summary>Characters of a checksum.</summary>
    public const int Length = 8;

    private const string InputAlphabet =
        "0123456789()[],'/*abcdefgh@:$%{}" + "IJKLMNOPQRSTUVWXYZ&+-.;<=>?!^_|~" + "ijklmnopqrstuvwxyzABCDEFGH`#\"\\ ";

    private static readonly SearchValues<char> InputCharacters = SearchValues.Create(InputAlphabet);

    private const string Alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

    /// <summary>The checksum of a descriptor without '#'; null where it has a character that no descriptor has.</summary>
    public static string? Compute(ReadOnlySpan<char> descriptor)
    {
        ulong state = 1;
        int group = 0;
        int inGroup = 0;
        foreach (char character in descriptor)
        {
            int index = InputAlphabet.IndexOf(character, StringComparison.Ordinal);
            if (index < 0)
                return null;
            state = Step(state, (uint)index & 31);
            group = (group * 3) + (index >> 5);
            if (++inGroup < 3)
                continue;
            state = Step(state, (uint)group);
            (group, inGroup) = (0, 0);
        }

        if (inGroup > 0)
            state = Step(state, (uint)group);
        for (int i = 0; i < Length; i++)
            state = Step(state, 0);
        state ^= 1;
        return string.Create(Length, state, static (text, value) =>
        {
            for (int i = 0; i < text.Length; i++)
                text[i] = Alphabet[(int)((value >> (5 * (Length - 1 - i))) & 31)];
        });
    }

    /// <summary>Where the first character stands that no descriptor has; -1 when there is none.</summary>
    internal static int IndexOfForeign(ReadOnlySpan<char> text) => text.IndexOfAnyExcept(InputCharacters);

    private static ulong Step(ulong state, uint value)
    {
        ReadOnlySpan<ulong> generator = [0xf5dee51989, 0xa9fdca3312, 0x1bab10e32d, 0x3706b1677a, 0x644d626ffd];
        ulong top = state >> 35;
        state = ((state & 0x7ffffffff) << 5) ^ value;
        for (int i = 0; i < generator.Length; i++)
            state ^= ((top >> i) & 1) == 1 ? generator[i] : 0;
        return state;
    }
}
