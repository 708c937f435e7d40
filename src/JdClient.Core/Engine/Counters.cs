namespace JdClient.Core.Engine;

/// <summary>The sums of <see cref="CoreCounters"/>, while they grow.</summary>
internal sealed class Counters
{
    public long Templates { get; set; }

    public long Tips { get; set; }

    public long JobsDeclared { get; set; }

    public long JobsAcknowledged { get; set; }

    public long JobsCalledStale { get; set; }

    public long JobsRefused { get; set; }

    public long LateAnswers { get; set; }

    public long SharesAccepted { get; set; }

    public long SharesRejected { get; set; }

    public long SharesSent { get; set; }

    public long SharesAcceptedUpstream { get; set; }

    public long SharesRejectedUpstream { get; set; }

    public long SharesDropped { get; set; }

    public long BlocksFound { get; set; }

    public long SolutionsPushed { get; set; }

    public long SourceChanges { get; set; }

    public long ProviderChanges { get; set; }

    public long MessagesDropped { get; set; }

    public CoreCounters Snapshot() => new()
    {
        Templates = Templates,
        Tips = Tips,
        JobsDeclared = JobsDeclared,
        JobsAcknowledged = JobsAcknowledged,
        JobsCalledStale = JobsCalledStale,
        JobsRefused = JobsRefused,
        LateAnswers = LateAnswers,
        SharesAccepted = SharesAccepted,
        SharesRejected = SharesRejected,
        SharesSent = SharesSent,
        SharesAcceptedUpstream = SharesAcceptedUpstream,
        SharesRejectedUpstream = SharesRejectedUpstream,
        SharesDropped = SharesDropped,
        BlocksFound = BlocksFound,
        SolutionsPushed = SolutionsPushed,
        SourceChanges = SourceChanges,
        ProviderChanges = ProviderChanges,
        MessagesDropped = MessagesDropped,
    };
}
