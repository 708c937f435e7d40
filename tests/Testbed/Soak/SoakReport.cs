using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Testbed.Soak;

/// <summary>Memory at one moment of a soak, in KiB.</summary>
/// <param name="Seconds">Since its start.</param>
/// <param name="RssKb">Resident memory of the daemon's process.</param>
/// <param name="ManagedKb">Managed memory of the testbed's process, which is the daemon's too when it runs inside.</param>
public sealed record SoakSample(
    [property: JsonPropertyName("s")] int Seconds,
    [property: JsonPropertyName("rss_kb")] long RssKb,
    [property: JsonPropertyName("managed_kb")] long ManagedKb);

/// <summary>What a soak has shown beside the farm's own figures: the field <c>soak</c> of <c>farm --json</c>.</summary>
public sealed record SoakReport
{
    /// <summary>Part of the run after which memory must be flat: five minutes of thirty.</summary>
    private const double WarmUp = 1.0 / 6;
    private const double GrowthAllowed = 1.05;
    private const long NoiseKb = 4096;

    [JsonPropertyName("faults")]
    public required int Faults { get; init; }

    [JsonPropertyName("changes_of_work")]
    public required int Changes { get; init; }

    /// <summary>Median of the daemon's resident memory in the sixth of the run that follows the first one.</summary>
    [JsonPropertyName("rss_kb_early")]
    public required long RssEarlyKb { get; init; }

    /// <summary>The same of the last sixth.</summary>
    [JsonPropertyName("rss_kb_late")]
    public required long RssLateKb { get; init; }

    [JsonPropertyName("rss_kb_max")]
    public required long RssMaxKb { get; init; }

    /// <summary>Exceptions of tasks that nobody looked at, in either process.</summary>
    [JsonPropertyName("unobserved_exceptions")]
    public required int UnobservedExceptions { get; init; }

    /// <summary>Miners' connections that ended, as the daemon's log says.</summary>
    [JsonPropertyName("endings")]
    public required int Endings { get; init; }

    [JsonPropertyName("endings_without_reason")]
    public required int EndingsWithoutReason { get; init; }

    /// <summary>Lines of the daemon's log at level error or above.</summary>
    [JsonPropertyName("error_lines")]
    public required int ErrorLines { get; init; }

    [JsonPropertyName("samples")]
    public required ImmutableArray<SoakSample> Samples { get; init; }

    /// <summary>What is not as it should be.</summary>
    [JsonIgnore]
    public ImmutableArray<string> Problems
    {
        get
        {
            List<string> problems = [];
            if (RssLateKb > (RssEarlyKb * GrowthAllowed) + NoiseKb)
                problems.Add($"memory grew from {RssEarlyKb} to {RssLateKb} KiB");
            if (UnobservedExceptions > 0)
                problems.Add($"{UnobservedExceptions} exceptions of tasks that nobody looked at");
            if (EndingsWithoutReason > 0)
                problems.Add($"{EndingsWithoutReason} connections ended without a reason");
            if (ErrorLines > 0)
                problems.Add($"{ErrorLines} error lines in the daemon's log");
            return [.. problems];
        }
    }

    internal static (long Early, long Late) Medians(IReadOnlyList<SoakSample> samples)
    {
        int part = Math.Max(1, (int)(samples.Count * WarmUp));
        return (Median(samples.Skip(part).Take(part)), Median(samples.TakeLast(part)));
    }

    private static long Median(IEnumerable<SoakSample> samples)
    {
        ImmutableArray<long> sorted = [.. samples.Select(sample => sample.RssKb).Order()];
        return sorted.IsEmpty ? 0 : sorted[sorted.Length / 2];
    }
}
