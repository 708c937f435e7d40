using System.Buffers;

namespace Bitcoin;

/// <summary>Hex digits of either case.</summary>
internal static class HexText
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>Where the first character stands that is no hex digit; -1 when all are.</summary>
    internal static int IndexOfForeign(ReadOnlySpan<char> text) => text.IndexOfAnyExcept(Digits);
}
