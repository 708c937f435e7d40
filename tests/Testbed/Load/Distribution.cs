using System.Text.Json.Serialization;

namespace Testbed.Load;

/// <summary>Times in milliseconds.</summary>
public sealed record Distribution
{
    [JsonPropertyName("first")]
    public required double First { get; init; }

    [JsonPropertyName("median")]
    public required double Median { get; init; }

    [JsonPropertyName("p99")]
    public required double P99 { get; init; }

    [JsonPropertyName("last")]
    public required double Last { get; init; }

    /// <summary>Of times in milliseconds, in any order; null when there are none.</summary>
    public static Distribution? Of(IReadOnlyCollection<double> times)
    {
        if (times.Count == 0)
            return null;
        double[] sorted = [.. times.Order()];
        double At(double share) => Math.Round(sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))], 3);
        return new Distribution { First = At(0), Median = At(0.5), P99 = At(0.99), Last = At(1) };
    }

    /// <summary>Of several measurements of the same: the median of each figure.</summary>
    public static Distribution? Typical(IReadOnlyCollection<Distribution> several)
    {
        if (several.Count == 0)
            return null;
        double Middle(Func<Distribution, double> figure) => several.Select(figure).Order().ElementAt(several.Count / 2);
        return new Distribution
        {
            First = Middle(one => one.First),
            Median = Middle(one => one.Median),
            P99 = Middle(one => one.P99),
            Last = Middle(one => one.Last),
        };
    }
}
