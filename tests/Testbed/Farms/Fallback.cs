using System.Text.Json.Serialization;

namespace Testbed.Farms;

/// <summary>A change of whom the miners work for.</summary>
public sealed record Fallback
{
    /// <summary>Why, as the daemon says.</summary>
    [JsonPropertyName("reason")]
    public required string Reason { get; init; }

    /// <summary>A pool's name, or "solo".</summary>
    [JsonPropertyName("from")]
    public required string From { get; init; }

    [JsonPropertyName("to")]
    public required string To { get; init; }

    /// <summary>When, after the farm's start.</summary>
    [JsonPropertyName("at_ms")]
    public required long AtMs { get; init; }

    /// <summary>
    /// From the moment the daemon knew (at the earliest: the fault's strike) until the last of the miners' channels had the new
    /// work; null as long as one has not.
    /// </summary>
    [JsonPropertyName("gap_ms")]
    public double? GapMs { get; init; }

    /// <summary>Whether a pool was left.</summary>
    [JsonIgnore]
    public bool LeavesPool => From != FallbackWatch.Solo;
}
