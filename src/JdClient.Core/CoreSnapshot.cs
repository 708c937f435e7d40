using System.Collections.Immutable;
using Bitcoin;

namespace JdClient.Core;

/// <summary>What the core is doing, at one moment. Immutable; may cross threads.</summary>
/// <param name="TakenAt">The moment.</param>
/// <param name="Source">Whom miners work for.</param>
/// <param name="SourceSince">Since when.</param>
/// <param name="SourceReason">Why.</param>
/// <param name="Upstreams">Each configured upstream, in order of preference.</param>
/// <param name="Providers">Each configured template provider.</param>
/// <param name="Template">The template that is mined; null before the first.</param>
/// <param name="Sessions">Downstream connections.</param>
/// <param name="ExtendedChannels">Open extended channels.</param>
/// <param name="StandardChannels">Open standard channels.</param>
/// <param name="PendingOpens">Requests to open a channel that wait for work.</param>
/// <param name="HashRate">Sum of the channels' nominal hash rates, hashes/s.</param>
/// <param name="Counters">Sums since the start.</param>
public sealed record CoreSnapshot(
    DateTimeOffset TakenAt,
    WorkSource Source,
    DateTimeOffset SourceSince,
    string SourceReason,
    ImmutableArray<UpstreamSnapshot> Upstreams,
    ImmutableArray<ProviderSnapshot> Providers,
    TemplateSnapshot? Template,
    int Sessions,
    int ExtendedChannels,
    int StandardChannels,
    int PendingOpens,
    double HashRate,
    CoreCounters Counters);

/// <summary>One upstream.</summary>
/// <param name="Id">Which, by its <see cref="UpstreamOptions.Id"/>.</param>
/// <param name="Name">For people.</param>
/// <param name="State">What it does.</param>
/// <param name="Since">Since when it does that.</param>
/// <param name="Health">How it is judged.</param>
/// <param name="Reason">Why it is in that state.</param>
/// <param name="RetryAt">When it is tried again.</param>
/// <param name="TakesWorkAt">When it takes the work, if it stays up; null when nothing of the kind is under way.</param>
/// <param name="Failures">Failures that are not forgiven.</param>
/// <param name="Losses">How often it had the work and lost it, since that was last forgiven.</param>
/// <param name="LastError">What went wrong last; null when nothing has.</param>
/// <param name="LastErrorAt">When that was.</param>
/// <param name="Tokens">Tokens in stock.</param>
/// <param name="Target">The target of our channel there; null without a channel.</param>
public sealed record UpstreamSnapshot(
    int Id,
    string Name,
    UpstreamState State,
    DateTimeOffset Since,
    UpstreamHealth Health,
    string Reason,
    DateTimeOffset? RetryAt,
    DateTimeOffset? TakesWorkAt,
    int Failures,
    int Losses,
    string? LastError,
    DateTimeOffset? LastErrorAt,
    int Tokens,
    U256? Target)
{
    /// <summary>Our channel there; null without one.</summary>
    public UpstreamChannelSnapshot? Channel { get; init; }
}

/// <summary>Our channel at a pool. Sums begin with the channel.</summary>
public sealed record UpstreamChannelSnapshot
{
    /// <summary>The pool's id of it.</summary>
    public required uint ChannelId { get; init; }

    /// <summary>What the pool knows us by.</summary>
    public required string UserIdentity { get; init; }

    /// <summary>The hash rate that the pool was told, hashes/s.</summary>
    public required float HashRate { get; init; }

    /// <summary>What the pool puts in front of the extranonce.</summary>
    public required ReadOnlyMemory<byte> ExtranoncePrefix { get; init; }

    /// <summary>Bytes of the extranonce that are ours.</summary>
    public required int ExtranonceSize { get; init; }

    /// <summary>Whether the pool takes rolled versions.</summary>
    public required bool AllowsVersionRolling { get; init; }

    /// <summary>Shares sent.</summary>
    public required ulong Sent { get; init; }

    /// <summary>Shares accepted.</summary>
    public required ulong Accepted { get; init; }

    /// <summary>Shares refused.</summary>
    public required ulong Rejected { get; init; }

    /// <summary>Those by the pool's code; bounded.</summary>
    public required ImmutableArray<KeyValuePair<string, ulong>> RejectedByCode { get; init; }

    /// <summary>The pool's sum of the accepted shares' difficulties.</summary>
    public required double AcceptedWork { get; init; }

    /// <summary>Sum of the difficulties that the pool asked of the shares sent.</summary>
    public required double SentWork { get; init; }

    /// <summary>The highest difficulty that a sent share's hash met.</summary>
    public required double BestDifficulty { get; init; }

    /// <summary>Blocks among the shares sent.</summary>
    public required ulong BlocksFound { get; init; }
}

/// <summary>One template provider.</summary>
/// <param name="Name">For people.</param>
/// <param name="State">What it does.</param>
/// <param name="Reason">Why.</param>
/// <param name="RetryAt">When it is tried again.</param>
/// <param name="Since">Since when it does that.</param>
/// <param name="Failures">Failures in a row.</param>
/// <param name="TemplateAt">When its newest template of a tip came; null when it is not connected or has given none.</param>
/// <param name="PrevHash">The tip of that template.</param>
/// <param name="Height">The height of the block that the template makes; null when unknown.</param>
public sealed record ProviderSnapshot(
    string Name,
    ProviderState State,
    string Reason,
    DateTimeOffset? RetryAt,
    DateTimeOffset Since,
    int Failures,
    DateTimeOffset? TemplateAt,
    U256? PrevHash,
    uint? Height);

/// <summary>The template that is mined.</summary>
/// <param name="TemplateId">Its id at its provider.</param>
/// <param name="PrevHash">The tip.</param>
/// <param name="ReceivedAt">When it came.</param>
/// <param name="TipAt">When the tip was announced.</param>
/// <param name="Value">What its coinbase spends, sats.</param>
public sealed record TemplateSnapshot(ulong TemplateId, U256 PrevHash, DateTimeOffset ReceivedAt, DateTimeOffset TipAt, ulong Value);

/// <summary>Sums since the start of the process.</summary>
public sealed record CoreCounters
{
    /// <summary>Templates received.</summary>
    public long Templates { get; init; }

    /// <summary>Prev-hashes received.</summary>
    public long Tips { get; init; }

    /// <summary>Declarations sent.</summary>
    public long JobsDeclared { get; init; }

    /// <summary>Custom jobs acknowledged by a pool.</summary>
    public long JobsAcknowledged { get; init; }

    /// <summary>Declarations and custom jobs that were called stale: a tip seen by one of the two nodes first, nobody's fault.</summary>
    public long JobsCalledStale { get; init; }

    /// <summary>Declarations and custom jobs that were refused otherwise.</summary>
    public long JobsRefused { get; init; }

    /// <summary>Answers about jobs that had come to nothing meanwhile: their tip had gone, or prefix or outputs had changed.</summary>
    public long LateAnswers { get; init; }

    /// <summary>Valid shares of miners.</summary>
    public long SharesAccepted { get; init; }

    /// <summary>Refused shares of miners.</summary>
    public long SharesRejected { get; init; }

    /// <summary>Shares sent to pools.</summary>
    public long SharesSent { get; init; }

    /// <summary>Shares accepted by pools.</summary>
    public long SharesAcceptedUpstream { get; init; }

    /// <summary>Shares refused by pools.</summary>
    public long SharesRejectedUpstream { get; init; }

    /// <summary>Valid shares that did not reach a pool although it was mined for, apart from those above its target.</summary>
    public long SharesDropped { get; init; }

    /// <summary>Blocks found.</summary>
    public long BlocksFound { get; init; }

    /// <summary>Solutions pushed to job declarators.</summary>
    public long SolutionsPushed { get; init; }

    /// <summary>Changes of the work source.</summary>
    public long SourceChanges { get; init; }

    /// <summary>Changes of the template provider that is mined from.</summary>
    public long ProviderChanges { get; init; }

    /// <summary>Messages of peers that came too late, twice, or for nothing that was asked, and were dropped.</summary>
    public long MessagesDropped { get; init; }
}
