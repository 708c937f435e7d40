using System.Text.Json.Serialization;

namespace Testbed.Load;

/// <summary>What a storm cost: the fields of <c>load --storm N --json</c>.</summary>
public sealed record StormReport
{
    [JsonPropertyName("miners")]
    public required int Miners { get; init; }

    /// <summary>From the kill of the daemon until its port was open again.</summary>
    [JsonPropertyName("outage_ms")]
    public required double OutageMs { get; init; }

    /// <summary>From then until half of the miners were mining.</summary>
    [JsonPropertyName("half_mining_ms")]
    public required double HalfMiningMs { get; init; }

    /// <summary>From then until all were.</summary>
    [JsonPropertyName("all_mining_ms")]
    public required double AllMiningMs { get; init; }

    /// <summary>CPU time of the daemon from its start until then, that of the start included.</summary>
    [JsonPropertyName("daemon_cpu_ms")]
    public required double DaemonCpuMs { get; init; }

    /// <summary>Attempts that met an open port and did not become a session, by their reason: work thrown away.</summary>
    [JsonPropertyName("wasted")]
    public required IReadOnlyDictionary<string, int> Wasted { get; init; }
}
