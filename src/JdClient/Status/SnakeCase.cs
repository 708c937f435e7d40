using System.Text.Json;

namespace JdClient.Status;

/// <summary>Names of a fixed set as programs read them, in answers and as label values: in snake_case.</summary>
internal static class SnakeCase
{
    internal static string Of<T>(T value)
        where T : struct, Enum => Names<T>.Of[value];

    private static class Names<T>
        where T : struct, Enum
    {
        internal static readonly IReadOnlyDictionary<T, string> Of = Enum.GetValues<T>().Distinct()
            .ToDictionary(value => value, value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));
    }
}
