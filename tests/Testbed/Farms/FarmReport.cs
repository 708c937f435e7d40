using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Testbed.Soak;

namespace Testbed.Farms;

/// <summary>The outcome of a run: the fields of <c>farm --json</c>.</summary>
public sealed record FarmReport
{
    [JsonPropertyName("mode")]
    public required string Mode { get; init; }

    [JsonPropertyName("templates")]
    public required int Templates { get; init; }

    /// <summary>DeclareMiningJob messages; in coinbase-only mode SetCustomMiningJob messages.</summary>
    [JsonPropertyName("jobs_declared")]
    public required int JobsDeclared { get; init; }

    /// <summary>Custom jobs the pool acknowledged.</summary>
    [JsonPropertyName("jobs_acknowledged")]
    public required int JobsAcknowledged { get; init; }

    [JsonPropertyName("shares_submitted")]
    public required int SharesSubmitted { get; init; }

    [JsonPropertyName("shares_accepted_by_jdc")]
    public required int SharesAcceptedByJdc { get; init; }

    [JsonPropertyName("shares_accepted_by_pool")]
    public required int SharesAcceptedByPool { get; init; }

    /// <summary>
    /// By daemon and pool; without shares that were on their way to the daemon while their tip was replaced.
    /// </summary>
    [JsonPropertyName("shares_rejected")]
    public required int SharesRejected { get; init; }

    [JsonPropertyName("blocks_found")]
    public required int BlocksFound { get; init; }

    [JsonPropertyName("blocks_accepted_by_provider")]
    public required int BlocksAcceptedByProvider { get; init; }

    [JsonPropertyName("solutions_pushed")]
    public required int SolutionsPushed { get; init; }

    [JsonPropertyName("miner_disconnects")]
    public required int MinerDisconnects { get; init; }

    [JsonPropertyName("elapsed_ms")]
    public required long ElapsedMs { get; init; }

    [JsonPropertyName("ok")]
    public required bool Ok { get; init; }

    /// <summary>Each change of whom the miners worked for.</summary>
    [JsonPropertyName("fallbacks")]
    public ImmutableArray<Fallback> Fallbacks { get; init; } = [];

    /// <summary>The longest time in which some channel of a miner had no job, after its first one.</summary>
    [JsonPropertyName("miner_idle_ms_max")]
    public double MinerIdleMsMax { get; init; }

    /// <summary>
    /// Shares valid for a pool that had acknowledged their job, that it has not accepted, without a fault that may cost them.
    /// </summary>
    [JsonPropertyName("shares_lost")]
    public int SharesLost { get; init; }

    /// <summary>The same while a fault lasted that may cost shares: nobody could have brought them to the pool.</summary>
    [JsonPropertyName("shares_lost_to_faults")]
    public int SharesLostToFaults { get; init; }

    /// <summary>Found blocks that reached no node.</summary>
    [JsonPropertyName("blocks_lost")]
    public int BlocksLost { get; init; }

    /// <summary>
    /// Found blocks that reached no node because their template's provider failed before it had given the transactions: nobody
    /// else has them.
    /// </summary>
    [JsonPropertyName("blocks_incomplete")]
    public int BlocksIncomplete { get; init; }

    /// <summary>What a soak has shown; left out otherwise.</summary>
    [JsonPropertyName("soak")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SoakReport? Soak { get; init; }

    /// <summary>Why a run is not ok.</summary>
    [JsonIgnore]
    public ImmutableArray<string> Problems { get; init; } = [];

    /// <summary>What of the goal was not reached.</summary>
    [JsonIgnore]
    public string? GoalMissed { get; init; }

    /// <summary>Shares that were on their way while their tip was replaced.</summary>
    [JsonIgnore]
    public int SharesCrossedTip { get; init; }
}
