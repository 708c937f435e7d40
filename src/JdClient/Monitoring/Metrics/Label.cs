using System.Text.Json;

namespace JdClient.Monitoring.Metrics;

/// <summary>Names of a fixed set as label values, in snake_case.</summary>
internal static class Label
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
