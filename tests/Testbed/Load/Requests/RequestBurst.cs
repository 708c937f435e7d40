using System.Text.Json.Serialization;

namespace Testbed.Load.Requests;

/// <summary>What a client of the monitoring interface is to ask: a line of JSON on the input of <c>requests</c>.</summary>
public sealed record RequestBurst
{
    [JsonPropertyName("per_second")]
    public required int PerSecond { get; init; }

    [JsonPropertyName("seconds")]
    public required double Seconds { get; init; }

    /// <summary>Asked for in turn, from the first on.</summary>
    [JsonPropertyName("paths")]
    public required IReadOnlyList<string> Paths { get; init; }
}

/// <summary>What came of a <see cref="RequestBurst"/>: a line of JSON on the output of <c>requests</c>.</summary>
public sealed record RequestAnswers
{
    /// <summary>Answers by HTTP status; 0 is none.</summary>
    [JsonPropertyName("statuses")]
    public required IReadOnlyDictionary<int, int> Statuses { get; init; }

    /// <summary>From the request to the end of its answer.</summary>
    [JsonPropertyName("answer_ms")]
    public required Distribution? AnswerMs { get; init; }
}
