using System.Globalization;

namespace Bitcoin;

/// <summary>How errors name a character that may not be printable.</summary>
internal static class Characters
{
    internal static string Name(char character) => character is > ' ' and <= '~'
        ? $"'{character}'"
        : string.Create(CultureInfo.InvariantCulture, $"the character U+{(int)character:X4}");
}
