using System.Text.Json.Serialization;
using Testbed.Load;

namespace Testbed.Latency;

/// <summary>What was measured: the fields of <c>latency --json</c>.</summary>
public sealed record LatencyReport
{
    [JsonPropertyName("node")]
    public required string Node { get; init; }

    [JsonPropertyName("tips")]
    public required int Tips { get; init; }

    /// <summary>From the node's change of its tip to the prev-hash, which activates a job, at the miner.</summary>
    [JsonPropertyName("tip_to_work_ms")]
    public required Distribution? TipToWorkMs { get; init; }
}
