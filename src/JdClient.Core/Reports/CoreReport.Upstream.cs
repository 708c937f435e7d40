using System.Collections.Immutable;
using Bitcoin;

namespace JdClient.Core;

/// <summary>Whom miners work for.</summary>
/// <param name="UpstreamId">The upstream's <see cref="UpstreamOptions.Id"/>; null when mining solo.</param>
/// <param name="Name">For people: the upstream's name or "solo".</param>
public sealed record WorkSource(int? UpstreamId, string Name)
{
    /// <summary>Own payout script, no pool.</summary>
    public static WorkSource Solo { get; } = new(null, "solo");
}

/// <summary>What an upstream is doing.</summary>
public enum UpstreamState
{
    /// <summary>Not needed, or nothing is tried before the retry time.</summary>
    Waiting,

    /// <summary>Pool and job declarator are being connected and set up.</summary>
    Connecting,

    /// <summary>Set up; there is no miner, it is not its turn, or its stability time is running.</summary>
    Ready,

    /// <summary>Its channel is being opened and its first job declared.</summary>
    Preparing,

    /// <summary>Miners work for it.</summary>
    Active,

    /// <summary>Set up behind the one that is mined for, with tokens in stock and a channel, to follow it without delay.</summary>
    Standby,
}

/// <summary>Why an upstream is not fit at present (design §6).</summary>
public enum UpstreamHealth
{
    /// <summary>Nothing is known against it.</summary>
    Fit,

    /// <summary>It could not be reached, was lost or fell silent.</summary>
    Unreachable,

    /// <summary>It refused set-up, channel or job.</summary>
    Refuses,

    /// <summary>It broke the protocol, or refused shares of jobs that it had acknowledged.</summary>
    Misbehaves,
}

/// <summary>Why shares did not reach the pool.</summary>
public enum ShareDropCause
{
    /// <summary>The hash does not meet the pool's target.</summary>
    AbovePoolTarget,

    /// <summary>Too many were waiting for the acknowledgement; a better one took the place.</summary>
    CacheFull,

    /// <summary>The job was refused, or never declared.</summary>
    JobRefused,

    /// <summary>More jobs than are kept waited for the pool; this one made room.</summary>
    TooManyJobs,

    /// <summary>The tip changed before the job was acknowledged.</summary>
    TipChanged,

    /// <summary>The upstream was left.</summary>
    UpstreamLeft,
}

public abstract partial record CoreReport
{
    /// <summary>Miners work for another source from now on.</summary>
    /// <param name="From">Before.</param>
    /// <param name="To">After.</param>
    /// <param name="Reason">Why.</param>
    /// <param name="Lasted">How long the source before had the work.</param>
    public sealed record WorkSourceChanged(WorkSource From, WorkSource To, string Reason, TimeSpan Lasted) : CoreReport;

    /// <summary>The configured upstreams are others than before.</summary>
    /// <param name="Names">All of them, in order of preference.</param>
    /// <param name="Added">Those that were not there.</param>
    /// <param name="Removed">Those that are no longer there.</param>
    public sealed record UpstreamListChanged(
        ImmutableArray<string> Names,
        ImmutableArray<string> Added,
        ImmutableArray<string> Removed) : CoreReport;

    /// <summary>An upstream got the work although this one is preferred. Comes after the change of the work source.</summary>
    /// <param name="UpstreamId">Which is skipped.</param>
    /// <param name="Name">Which is skipped, for people.</param>
    /// <param name="Chosen">Who got the work.</param>
    /// <param name="State">What the skipped one does.</param>
    /// <param name="Health">How it is judged.</param>
    /// <param name="Reason">Why it does not have the work.</param>
    /// <param name="RetryAt">When it is tried again.</param>
    public sealed record UpstreamSkipped(
        int UpstreamId,
        string Name,
        WorkSource Chosen,
        UpstreamState State,
        UpstreamHealth Health,
        string Reason,
        DateTimeOffset? RetryAt) : CoreReport;

    /// <summary>An upstream's state or health changed.</summary>
    /// <param name="UpstreamId">Which, by its <see cref="UpstreamOptions.Id"/>; so in all reports about upstreams.</param>
    /// <param name="Name">Which, for people.</param>
    /// <param name="State">What it does now.</param>
    /// <param name="Health">How it is judged now.</param>
    /// <param name="Reason">Why.</param>
    /// <param name="RetryAt">When it is tried again.</param>
    /// <param name="TakesWorkAt">When it takes the work, if it stays up; null when nothing of the kind is under way.</param>
    public sealed record UpstreamChanged(
        int UpstreamId,
        string Name,
        UpstreamState State,
        UpstreamHealth Health,
        string Reason,
        DateTimeOffset? RetryAt,
        DateTimeOffset? TakesWorkAt) : CoreReport;

    /// <summary>Extensions were agreed on with a pool.</summary>
    /// <param name="UpstreamId">Which upstream.</param>
    /// <param name="Extensions">Which; may be empty.</param>
    public sealed record UpstreamExtensions(int UpstreamId, ImmutableArray<ushort> Extensions) : CoreReport;

    /// <summary>The pool opened our channel.</summary>
    /// <param name="UpstreamId">Which upstream.</param>
    /// <param name="Channel">The channel's id.</param>
    /// <param name="ExtranoncePrefix">What the pool puts in front, bytes.</param>
    /// <param name="ExtranonceSize">What we may use, bytes.</param>
    /// <param name="Target">The pool's target.</param>
    /// <param name="UserIdentity">What the pool knows us by.</param>
    /// <param name="HashRate">What the pool was told, hashes/s.</param>
    public sealed record UpstreamChannelOpened(
        int UpstreamId,
        uint Channel,
        int ExtranoncePrefix,
        int ExtranonceSize,
        U256 Target,
        string UserIdentity,
        float HashRate) : CoreReport;

    /// <summary>The pool set another target.</summary>
    /// <param name="UpstreamId">Which upstream.</param>
    /// <param name="Target">The target for jobs from now on.</param>
    public sealed record UpstreamTargetChanged(int UpstreamId, U256 Target) : CoreReport;

    /// <summary>The pool set another extranonce prefix.</summary>
    /// <param name="UpstreamId">Which upstream.</param>
    /// <param name="Length">Its length, bytes.</param>
    public sealed record UpstreamPrefixChanged(int UpstreamId, int Length) : CoreReport;

    /// <summary>The pool was told the hash rate of all miners together.</summary>
    /// <param name="UpstreamId">Which upstream.</param>
    /// <param name="HashRate">Hashes/s.</param>
    public sealed record UpstreamHashRate(int UpstreamId, float HashRate) : CoreReport;

    /// <summary>A pool or job declarator asked to be reached elsewhere, and is.</summary>
    /// <param name="UpstreamId">Which upstream.</param>
    /// <param name="Role">Pool or job declarator.</param>
    /// <param name="Endpoint">Where.</param>
    public sealed record UpstreamRedirected(int UpstreamId, LinkRole Role, PeerEndpoint Endpoint) : CoreReport;

    /// <summary>The pool wants other coinbase outputs than before.</summary>
    /// <param name="UpstreamId">Which upstream.</param>
    /// <param name="Outputs">How many.</param>
    /// <param name="Size">Their serialized size, bytes.</param>
    public sealed record PoolOutputsChanged(int UpstreamId, int Outputs, int Size) : CoreReport;

    /// <summary>A template waits because no token is in stock.</summary>
    /// <param name="UpstreamId">Which upstream.</param>
    /// <param name="TemplateId">What waits.</param>
    public sealed record TokenAwaited(int UpstreamId, ulong TemplateId) : CoreReport;

    /// <summary>A job was declared to the job declarator.</summary>
    /// <param name="UpstreamId">Which upstream.</param>
    /// <param name="TemplateId">What was declared.</param>
    /// <param name="RequestId">The request.</param>
    /// <param name="Transactions">How many transactions, without the coinbase.</param>
    public sealed record JobDeclared(int UpstreamId, ulong TemplateId, uint RequestId, int Transactions) : CoreReport;

    /// <summary>The job declarator asked for transactions and was sent them.</summary>
    /// <param name="UpstreamId">Which upstream.</param>
    /// <param name="RequestId">The declaration.</param>
    /// <param name="Transactions">How many.</param>
    public sealed record MissingTransactionsProvided(int UpstreamId, uint RequestId, int Transactions) : CoreReport;

    /// <summary>The job declarator acknowledged a declaration.</summary>
    /// <param name="UpstreamId">Which upstream.</param>
    /// <param name="TemplateId">What was declared.</param>
    /// <param name="Latency">From declaration to answer.</param>
    public sealed record DeclarationAcknowledged(int UpstreamId, ulong TemplateId, TimeSpan Latency) : CoreReport;

    /// <summary>The job declarator refused a declaration.</summary>
    /// <param name="UpstreamId">Which upstream.</param>
    /// <param name="TemplateId">What was declared.</param>
    /// <param name="ErrorCode">Its code.</param>
    /// <param name="Details">Its details, as far as they are printable.</param>
    /// <param name="Decision">What we make of it.</param>
    public sealed record DeclarationRefused(
        int UpstreamId,
        ulong TemplateId,
        string ErrorCode,
        string Details,
        RefusalDecision Decision) : CoreReport;

    /// <summary>The pool was asked to take a job.</summary>
    /// <param name="UpstreamId">Which upstream.</param>
    /// <param name="TemplateId">What it is made of.</param>
    /// <param name="RequestId">The request.</param>
    public sealed record CustomJobSent(int UpstreamId, ulong TemplateId, uint RequestId) : CoreReport;

    /// <summary>The pool acknowledged a job.</summary>
    /// <param name="UpstreamId">Which upstream.</param>
    /// <param name="Provider">The connection that its template came on.</param>
    /// <param name="TemplateId">What it is made of.</param>
    /// <param name="UpstreamJobId">The pool's id for it.</param>
    /// <param name="Latency">From request to answer.</param>
    /// <param name="CachedShares">Shares that had waited for it and were sent now.</param>
    public sealed record CustomJobAcknowledged(
        int UpstreamId,
        LinkId Provider,
        ulong TemplateId,
        uint UpstreamJobId,
        TimeSpan Latency,
        int CachedShares) : CoreReport;

    /// <summary>The pool refused a job.</summary>
    /// <param name="UpstreamId">Which upstream.</param>
    /// <param name="TemplateId">What it is made of.</param>
    /// <param name="ErrorCode">Its code.</param>
    /// <param name="Decision">What we make of it.</param>
    public sealed record CustomJobRefused(int UpstreamId, ulong TemplateId, string ErrorCode, RefusalDecision Decision) : CoreReport;

    /// <summary>A share was sent to the pool. One for each share: for counters, not for lines.</summary>
    /// <param name="UpstreamId">Which upstream.</param>
    /// <param name="SequenceNumber">Its number on our channel.</param>
    public sealed record UpstreamShareSent(int UpstreamId, uint SequenceNumber) : CoreReport;

    /// <summary>The pool accepted shares.</summary>
    /// <param name="UpstreamId">Which upstream.</param>
    /// <param name="Count">How many in this batch.</param>
    /// <param name="DifficultySum">The pool's sum of their difficulty.</param>
    public sealed record UpstreamSharesAccepted(int UpstreamId, uint Count, ulong DifficultySum) : CoreReport;

    /// <summary>The pool refused a share.</summary>
    /// <param name="UpstreamId">Which upstream.</param>
    /// <param name="SequenceNumber">Its number on our channel.</param>
    /// <param name="ErrorCode">The pool's code.</param>
    /// <param name="Faults">Refusals without excuse within the present window; at the threshold the upstream is left.</param>
    public sealed record UpstreamShareRejected(int UpstreamId, uint SequenceNumber, string ErrorCode, int Faults) : CoreReport;

    /// <summary>Valid shares of miners did not reach the pool.</summary>
    /// <param name="UpstreamId">Which upstream.</param>
    /// <param name="Count">How many.</param>
    /// <param name="Cause">Why.</param>
    public sealed record SharesDropped(int UpstreamId, int Count, ShareDropCause Cause) : CoreReport;
}

/// <summary>What follows from a refusal by a pool or job declarator (design principle 7).</summary>
public enum RefusalDecision
{
    /// <summary>It is for an old tip: dropped, the present template is declared anyway.</summary>
    DropStale,

    /// <summary>The peer is busy: tried again later.</summary>
    RetryLater,

    /// <summary>The token was not accepted: tried again with a new one.</summary>
    NewToken,

    /// <summary>The upstream is left.</summary>
    LeaveUpstream,

    /// <summary>It was the present job once more, under a new target: it stays what it was.</summary>
    KeepPresent,
}
