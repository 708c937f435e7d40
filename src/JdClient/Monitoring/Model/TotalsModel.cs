namespace JdClient.Monitoring.Model;

/// <summary>Sums over all runs of the daemon, with a page of the workers'.</summary>
internal sealed record TotalsResponse
{
    /// <summary>When counting began: the first start with this data directory.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Valid shares of miners.</summary>
    public required long Accepted { get; init; }

    /// <summary>Refused shares of miners.</summary>
    public required long Rejected { get; init; }

    /// <summary>Shares that pools accepted.</summary>
    public required long AcceptedUpstream { get; init; }

    /// <summary>Shares that pools refused.</summary>
    public required long RejectedUpstream { get; init; }

    /// <summary>Difficulty that the valid shares are credited with.</summary>
    public required double Work { get; init; }

    /// <summary>Blocks found, whatever became of them.</summary>
    public required long BlocksFound { get; init; }

    /// <summary>The share whose hash met the highest difficulty.</summary>
    public BestShareInfo? BestShare { get; init; }

    /// <summary>Workers, as asked for.</summary>
    public required WorkerTotalsPage Workers { get; init; }

    /// <summary>The sum of workers that are no longer told apart.</summary>
    public WorkerTotalsInfo? Others { get; init; }
}

/// <summary>The best share.</summary>
/// <param name="Difficulty">What its hash met.</param>
/// <param name="UserIdentity">Who found it.</param>
/// <param name="At">When.</param>
internal sealed record BestShareInfo(double Difficulty, string UserIdentity, DateTimeOffset At);

/// <summary>A page of workers.</summary>
internal sealed record WorkerTotalsPage(long Offset, long Limit, int Total, IReadOnlyList<WorkerTotalsInfo> Items);

/// <summary>A worker's sums over all its connections and all runs.</summary>
/// <param name="UserIdentity">Who, as the share or its channel says.</param>
/// <param name="Accepted">Valid shares.</param>
/// <param name="Rejected">Refused shares.</param>
/// <param name="Work">Difficulty that the valid shares are credited with.</param>
/// <param name="BestDifficulty">The highest difficulty that a share's hash met.</param>
/// <param name="FirstShareAt">When the first valid share came.</param>
/// <param name="LastShareAt">When the last valid share came.</param>
internal sealed record WorkerTotalsInfo(
    string UserIdentity,
    long Accepted,
    long Rejected,
    double Work,
    double BestDifficulty,
    DateTimeOffset FirstShareAt,
    DateTimeOffset LastShareAt);
