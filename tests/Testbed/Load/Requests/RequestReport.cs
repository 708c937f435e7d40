using System.Text.Json.Serialization;

namespace Testbed.Load.Requests;

/// <summary>Shares beside requests to the monitoring interface: one of <c>requests</c> of <c>load --json</c>.</summary>
public sealed record RequestReport
{
    /// <summary>The path asked for; "all" is one after the other.</summary>
    [JsonPropertyName("route")]
    public required string Route { get; init; }

    [JsonPropertyName("requests_per_second")]
    public required int RequestsPerSecond { get; init; }

    /// <summary>Answers by HTTP status; 0 is none.</summary>
    [JsonPropertyName("statuses")]
    public required IReadOnlyDictionary<int, int> Statuses { get; init; }

    [JsonPropertyName("answer_ms")]
    public required Distribution? AnswerMs { get; init; }

    /// <summary>From the miner's send to the pool's receipt while nobody asks; windows in turns with the ones below.</summary>
    [JsonPropertyName("share_in_to_out_without_ms")]
    public required Distribution? ShareInToOutWithoutMs { get; init; }

    /// <summary>The same beside the requests.</summary>
    [JsonPropertyName("share_in_to_out_with_ms")]
    public required Distribution? ShareInToOutWithMs { get; init; }

    /// <summary>CPU time of the daemon while nobody asks.</summary>
    [JsonPropertyName("cpu_ms_per_second_without")]
    public required double CpuMsPerSecondWithout { get; init; }

    /// <summary>The same beside the requests.</summary>
    [JsonPropertyName("cpu_ms_per_second_with")]
    public required double CpuMsPerSecondWith { get; init; }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Route}: shares without {ShareInToOutWithoutMs}, with {ShareInToOutWithMs}; answers {string.Join(", ", Statuses)}";
}
