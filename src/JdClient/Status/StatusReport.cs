using System.Collections.Immutable;
using JdClient.Core;

namespace JdClient.Status;

/// <summary>What the daemon is doing and why, at one moment. Immutable; made by <see cref="StatusService.Read"/>.</summary>
/// <param name="TakenAt">The moment.</param>
/// <param name="StartedAt">When the daemon was started.</param>
/// <param name="Readiness">Whether miners can connect and have work.</param>
/// <param name="Source">Whom miners work for.</param>
/// <param name="SourceSince">Since when.</param>
/// <param name="SourceReason">Why.</param>
/// <param name="Upstreams">Each configured pool with its job declarator.</param>
/// <param name="Providers">Each configured template provider.</param>
/// <param name="Template">The template that is mined; null before the first.</param>
/// <param name="Shares">Share flow.</param>
/// <param name="Alarms">What the watchdog finds wrong at present.</param>
/// <param name="History">The last changes, oldest first, at most <see cref="ChangeHistory.Capacity"/>.</param>
/// <param name="Core">What the rest was made of, about a second old; null before the first.</param>
public sealed record StatusReport(
    DateTimeOffset TakenAt,
    DateTimeOffset StartedAt,
    Readiness Readiness,
    WorkSource Source,
    DateTimeOffset SourceSince,
    string SourceReason,
    ImmutableArray<PeerStatus> Upstreams,
    ImmutableArray<PeerStatus> Providers,
    TemplateSnapshot? Template,
    ShareFlowSnapshot Shares,
    ImmutableArray<Alarm> Alarms,
    ImmutableArray<StatusChange> History,
    CoreSnapshot? Core);

/// <summary>Whether miners can connect and have work.</summary>
/// <param name="IsReady">They can and have.</param>
/// <param name="Reason">Why not; "ready" when so.</param>
public readonly record struct Readiness(bool IsReady, string Reason);

/// <summary>A pool with its job declarator, or a template provider.</summary>
public sealed record PeerStatus
{
    /// <summary>For people.</summary>
    public required string Name { get; init; }

    /// <summary>What it does, in lower case: a name of <see cref="UpstreamState"/> or <see cref="ProviderState"/>.</summary>
    public required string State { get; init; }

    /// <summary>How it is judged, in lower case; null for template providers, which are not.</summary>
    public string? Health { get; init; }

    /// <summary>
    /// Since when. Attempts to connect and the pauses between them count as one state: the time is that of the loss.
    /// </summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>What went wrong last; stays when it is over.</summary>
    public PeerError? LastError { get; init; }

    /// <summary>When it is tried again; null when it need not be.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>When it takes the work, if it stays up; null when nothing of the kind is under way.</summary>
    public DateTimeOffset? TakesWorkAt { get; init; }
}

/// <summary>What went wrong with a peer.</summary>
/// <param name="At">When, the last time.</param>
/// <param name="Text">What.</param>
/// <param name="Fix">What the operator can do.</param>
/// <param name="Times">How often in a row.</param>
public sealed record PeerError(DateTimeOffset At, string Text, string Fix, int Times);

/// <summary>Something that the watchdog finds wrong.</summary>
/// <param name="Kind">What, for programs; at most one alarm of a kind at a time.</param>
/// <param name="Since">Since when it is known.</param>
/// <param name="Cause">What is seen.</param>
/// <param name="Fix">What the operator can do.</param>
public sealed record Alarm(AlarmKind Kind, DateTimeOffset Since, string Cause, string Fix);

/// <summary>What a watchdog looks for.</summary>
public enum AlarmKind
{
    /// <summary>The channel manager makes no progress.</summary>
    Stalled,

    /// <summary>No template, or none for long.</summary>
    NoTemplate,

    /// <summary>Channels are open and no share comes.</summary>
    NoShares,

    /// <summary>Valid shares come and none goes to the pool that is mined for.</summary>
    NoSharesForwarded,

    /// <summary>Shares go to the pool and it answers none.</summary>
    NoAnswers,
}

/// <summary>What a <see cref="StatusChange"/> is about.</summary>
public enum ChangeKind
{
    /// <summary>The daemon as a whole: started, ready, stopping.</summary>
    Daemon,

    /// <summary>The work source.</summary>
    Source,

    /// <summary>A pool or its job declarator.</summary>
    Upstream,

    /// <summary>A template provider.</summary>
    Provider,

    /// <summary>A found block.</summary>
    Block,

    /// <summary>An alarm of the watchdog, or its end.</summary>
    Alarm,
}

/// <summary>One change in what the daemon is doing.</summary>
/// <param name="Number">Counts up from 1 without gaps.</param>
/// <param name="At">When.</param>
/// <param name="Kind">What it is about.</param>
/// <param name="Subject">Which: the peer's name, the block's hash.</param>
/// <param name="Text">What and why, in one line.</param>
/// <param name="Fix">What the operator can do; null where there is nothing to do.</param>
public sealed record StatusChange(long Number, DateTimeOffset At, ChangeKind Kind, string Subject, string Text, string? Fix);
