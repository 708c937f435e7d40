using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace JdClient.Statistics;

/// <summary>Sums over all runs of the daemon in one data directory. Immutable; also the form of the file that keeps them.</summary>
internal sealed record LifetimeTotals
{
    /// <summary>The form that this build reads and writes.</summary>
    internal const int CurrentForm = 1;

    /// <summary>Form of the file.</summary>
    public int Form { get; init; } = CurrentForm;

    /// <summary>When counting began.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Valid shares of miners.</summary>
    public long Accepted { get; init; }

    /// <summary>Refused shares of miners.</summary>
    public long Rejected { get; init; }

    /// <summary>Shares that pools accepted.</summary>
    public long AcceptedUpstream { get; init; }

    /// <summary>Shares that pools refused.</summary>
    public long RejectedUpstream { get; init; }

    /// <summary>Difficulty that the valid shares are credited with.</summary>
    public double Work { get; init; }

    /// <summary>Blocks found, whatever became of them.</summary>
    public long BlocksFound { get; init; }

    /// <summary>The share whose hash met the highest difficulty; null before the first.</summary>
    public BestShare? Best { get; init; }

    /// <summary>By worker, the last heard of first.</summary>
    public ImmutableArray<WorkerTotals> Workers { get; init; } = [];

    /// <summary>The sum of workers that are no longer told apart; null when there are none.</summary>
    public WorkerTotals? Others { get; init; }
}

/// <summary>A share that is better than all before it.</summary>
/// <param name="Difficulty">What its hash met.</param>
/// <param name="UserIdentity">Who found it.</param>
/// <param name="At">When.</param>
internal sealed record BestShare(double Difficulty, string UserIdentity, DateTimeOffset At);

/// <summary>A worker's sums.</summary>
internal sealed record WorkerTotals
{
    /// <summary>Who: as the share says (extension 0x0002), or else its channel.</summary>
    public required string UserIdentity { get; init; }

    /// <summary>Valid shares.</summary>
    public long Accepted { get; init; }

    /// <summary>Refused shares, of the channel with this name: they name no worker.</summary>
    public long Rejected { get; init; }

    /// <summary>Difficulty that the valid shares are credited with.</summary>
    public double Work { get; init; }

    /// <summary>The highest difficulty that a share's hash met.</summary>
    public double BestDifficulty { get; init; }

    /// <summary>When the first valid share came.</summary>
    public required DateTimeOffset FirstShareAt { get; init; }

    /// <summary>When the last valid share came.</summary>
    public required DateTimeOffset LastShareAt { get; init; }
}

/// <summary>The file's JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(LifetimeTotals))]
internal sealed partial class StatisticsJson : JsonSerializerContext;
