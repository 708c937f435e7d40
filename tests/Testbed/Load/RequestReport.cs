using System.Text.Json.Serialization;

namespace Testbed.Load;

/// <summary>Shares beside requests to the monitoring interface: the field <c>requests</c> of <c>load --json</c>.</summary>
public sealed record RequestReport
{
    [JsonPropertyName("requests_per_second")]
    public required int RequestsPerSecond { get; init; }

    [JsonPropertyName("routes")]
    public required int Routes { get; init; }

    [JsonPropertyName("requests")]
    public required int Requests { get; init; }

    /// <summary>Answers by HTTP status; 0 is none.</summary>
    [JsonPropertyName("statuses")]
    public required IReadOnlyDictionary<string, int> Statuses { get; init; }

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
}
