using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Testbed.Load.Requests;

namespace Testbed.Load;

/// <summary>What was measured: the fields of <c>load --json</c>. Of repeated measurements the median is given.</summary>
public sealed record LoadReport
{
    [JsonPropertyName("miners")]
    public required int Miners { get; init; }

    [JsonPropertyName("shares_per_second")]
    public required int SharesPerSecond { get; init; }

    [JsonPropertyName("tips")]
    public required int Tips { get; init; }

    /// <summary>All connect at once until the last one has work; the clients' own work is on the same cores.</summary>
    [JsonPropertyName("storm_ms")]
    public required double StormMs { get; init; }

    [JsonPropertyName("storm_cpu_ms_per_miner")]
    public required double StormCpuMsPerMiner { get; init; }

    [JsonPropertyName("rss_before_kb")]
    public required long RssBeforeKb { get; init; }

    [JsonPropertyName("rss_idle_kb")]
    public required long RssIdleKb { get; init; }

    [JsonPropertyName("rss_kb_per_miner")]
    public required double RssKbPerMiner { get; init; }

    [JsonPropertyName("tip_to_prev_hash_ms")]
    public required Distribution? TipToPrevHashMs { get; init; }

    [JsonPropertyName("tip_cpu_ms")]
    public required double TipCpuMs { get; init; }

    [JsonPropertyName("fee_to_job_ms")]
    public required Distribution? FeeToJobMs { get; init; }

    [JsonPropertyName("shares_sent")]
    public required int SharesSent { get; init; }

    [JsonPropertyName("shares_at_pool")]
    public required int SharesAtPool { get; init; }

    [JsonPropertyName("shares_refused")]
    public required int SharesRefused { get; init; }

    /// <summary>From the miner's send to the pool's receipt.</summary>
    [JsonPropertyName("share_in_to_out_ms")]
    public required Distribution? ShareInToOutMs { get; init; }

    /// <summary>The same from all honest miners while the hostile ones are at it; null without any.</summary>
    [JsonPropertyName("share_in_to_out_with_hostile_ms")]
    public Distribution? ShareInToOutWithHostileMs { get; init; }

    /// <summary>The same with and without requests to the monitoring interface, by route.</summary>
    [JsonPropertyName("requests")]
    public required ImmutableArray<RequestReport> Requests { get; init; }

    [JsonPropertyName("cpu_us_per_share")]
    public required double CpuUsPerShare { get; init; }

    /// <summary>The same as without shares, while they are sent.</summary>
    [JsonPropertyName("tip_under_shares_ms")]
    public required Distribution? TipUnderSharesMs { get; init; }

    [JsonPropertyName("rss_end_kb")]
    public required long RssEndKb { get; init; }

    [JsonPropertyName("disconnects")]
    public required int Disconnects { get; init; }
}
