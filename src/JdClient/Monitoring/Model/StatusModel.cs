using JdClient.Status;

namespace JdClient.Monitoring.Model;

/// <summary>What the daemon is doing and why. Times are ISO 8601 in UTC.</summary>
internal sealed record StatusResponse
{
    /// <summary>The moment.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>When the daemon was started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>This program's version.</summary>
    public required string Version { get; init; }

    /// <summary><c>full_template</c>, <c>coinbase_only</c> or <c>solo_mining</c>: the configured mode.</summary>
    public required string Mode { get; init; }

    /// <summary>Shares a minute that each channel's difficulty is set for.</summary>
    public required double SharesPerMinute { get; init; }

    /// <summary>Miners can connect and have work.</summary>
    public required bool Ready { get; init; }

    /// <summary>Why not; "ready" when so.</summary>
    public required string ReadyReason { get; init; }

    /// <summary>Whom miners work for.</summary>
    public required WorkStatus Work { get; init; }

    /// <summary>Each pool with its job declarator, in order of preference.</summary>
    public required IReadOnlyList<UpstreamStatus> Upstreams { get; init; }

    /// <summary>Each template provider, in order of preference.</summary>
    public required IReadOnlyList<ProviderStatus> TemplateProviders { get; init; }

    /// <summary>The template that is mined; absent before the first.</summary>
    public TemplateStatus? Template { get; init; }

    /// <summary>Downstream connections.</summary>
    public required MinersStatus Miners { get; init; }

    /// <summary>Share flow since the start.</summary>
    public required SharesStatus Shares { get; init; }

    /// <summary>What the watchdog finds wrong at present.</summary>
    public required IReadOnlyList<AlarmStatus> Alarms { get; init; }

    /// <summary>The last changes, newest first.</summary>
    public required IReadOnlyList<ChangeStatus> History { get; init; }
}

/// <summary>Whom miners work for.</summary>
/// <param name="Kind"><c>pool</c> or <c>solo</c>.</param>
/// <param name="Name">The pool's host and port, or "solo".</param>
/// <param name="Since">Since when.</param>
/// <param name="Reason">Why.</param>
/// <param name="Changes">How often it has changed since the start.</param>
internal sealed record WorkStatus(string Kind, string Name, DateTimeOffset Since, string Reason, long Changes);

/// <summary>A pool with its job declarator.</summary>
internal sealed record UpstreamStatus
{
    /// <summary>The pool's host and port.</summary>
    public required string Name { get; init; }

    /// <summary><c>waiting</c>, <c>connecting</c>, <c>ready</c>, <c>preparing</c>, <c>standby</c> or <c>active</c>.</summary>
    public required string State { get; init; }

    /// <summary><c>fit</c>, <c>unreachable</c>, <c>refuses</c> or <c>misbehaves</c>.</summary>
    public required string Health { get; init; }

    /// <summary>Since when; attempts and the pauses between them count as one state.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>When it is tried again.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>When it takes the work, if it stays up.</summary>
    public DateTimeOffset? TakesWorkAt { get; init; }

    /// <summary>Tokens of its job declarator in stock.</summary>
    public required int Tokens { get; init; }

    /// <summary>Its share difficulty; absent without a channel.</summary>
    public double? Difficulty { get; init; }

    /// <summary>What went wrong last.</summary>
    public ErrorStatus? LastError { get; init; }
}

/// <summary>A template provider.</summary>
internal sealed record ProviderStatus
{
    /// <summary>Its address or network.</summary>
    public required string Name { get; init; }

    /// <summary><c>waiting</c>, <c>connecting</c>, <c>connected</c>, <c>standby</c> or <c>active</c>.</summary>
    public required string State { get; init; }

    /// <summary>Since when; attempts and the pauses between them count as one state.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>When it is tried again.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>When its newest template came.</summary>
    public DateTimeOffset? TemplateAt { get; init; }

    /// <summary>The height of the block that its newest template makes.</summary>
    public uint? Height { get; init; }

    /// <summary>What went wrong last.</summary>
    public ErrorStatus? LastError { get; init; }
}

/// <summary>What went wrong with a peer.</summary>
/// <param name="At">When, the last time.</param>
/// <param name="Text">What.</param>
/// <param name="Fix">What the operator can do.</param>
/// <param name="Times">How often in a row.</param>
internal sealed record ErrorStatus(DateTimeOffset At, string Text, string Fix, int Times);

/// <summary>The template that is mined.</summary>
/// <param name="Id">Its id at its provider.</param>
/// <param name="PrevHash">The tip it builds on.</param>
/// <param name="ReceivedAt">When it came.</param>
/// <param name="TipAt">When the tip was announced.</param>
/// <param name="AgeSecs">Seconds since it, or its tip, came.</param>
/// <param name="ValueSats">What its coinbase may pay, sats.</param>
internal sealed record TemplateStatus(
    ulong Id, string PrevHash, DateTimeOffset ReceivedAt, DateTimeOffset TipAt, double AgeSecs, ulong ValueSats);

/// <summary>Downstream connections.</summary>
/// <param name="Connections">Connections.</param>
/// <param name="ExtendedChannels">Open extended channels.</param>
/// <param name="StandardChannels">Open standard channels.</param>
/// <param name="WaitingOpens">Requests for a channel that wait for the first work.</param>
/// <param name="HashRate">Sum of the channels' hash rates, hashes/s.</param>
internal sealed record MinersStatus(int Connections, int ExtendedChannels, int StandardChannels, int WaitingOpens, double HashRate);

/// <summary>Share flow since the start.</summary>
internal sealed record SharesStatus
{
    /// <summary>Valid shares of miners.</summary>
    public required long Accepted { get; init; }

    /// <summary>Refused shares of miners.</summary>
    public required long Rejected { get; init; }

    /// <summary>Those by the code that the miner was sent.</summary>
    public required IReadOnlyDictionary<string, long> RejectedByReason { get; init; }

    /// <summary>Shares sent to pools.</summary>
    public required long Forwarded { get; init; }

    /// <summary>Shares that pools accepted.</summary>
    public required long AcceptedUpstream { get; init; }

    /// <summary>Shares that pools refused.</summary>
    public required long RejectedUpstream { get; init; }

    /// <summary>Those by the pools' codes.</summary>
    public required IReadOnlyDictionary<string, long> RejectedUpstreamByReason { get; init; }

    /// <summary>Valid shares that went to no pool although one was mined for, by cause.</summary>
    public required IReadOnlyDictionary<string, long> DroppedByCause { get; init; }

    /// <summary>Blocks found.</summary>
    public required long BlocksFound { get; init; }

    /// <summary>When a miner's last share came.</summary>
    public DateTimeOffset? LastInAt { get; init; }

    /// <summary>When the last was sent to a pool.</summary>
    public DateTimeOffset? LastForwardedAt { get; init; }

    /// <summary>When a pool last answered one.</summary>
    public DateTimeOffset? LastAnswerAt { get; init; }
}

/// <summary>Something that the watchdog finds wrong.</summary>
/// <param name="Kind">
/// What, for programs: <c>stalled</c>, <c>no_template</c>, <c>no_shares</c>, <c>no_shares_forwarded</c>, <c>no_answers</c>.
/// </param>
/// <param name="Since">Since when it is known.</param>
/// <param name="Cause">What is seen.</param>
/// <param name="Fix">What the operator can do.</param>
internal sealed record AlarmStatus(string Kind, DateTimeOffset Since, string Cause, string Fix);

/// <summary>One change in what the daemon is doing.</summary>
/// <param name="Number">Counts up from 1 without gaps.</param>
/// <param name="At">When.</param>
/// <param name="Kind">What it is about: <c>daemon</c>, <c>source</c>, <c>upstream</c>, <c>provider</c>, <c>block</c>, <c>alarm</c>.</param>
/// <param name="Subject">Which.</param>
/// <param name="Text">What and why.</param>
/// <param name="Fix">What the operator can do, where there is anything to do.</param>
internal sealed record ChangeStatus(long Number, DateTimeOffset At, string Kind, string Subject, string Text, string? Fix)
{
    internal static ChangeStatus Of(StatusChange change) =>
        new(change.Number, change.At, SnakeCase.Of(change.Kind), change.Subject, change.Text, change.Fix);
}

/// <summary>Blocks found, a page of them, newest first.</summary>
internal sealed record BlocksResponse(long Offset, long Limit, int Total, IReadOnlyList<Cli.BlockListing> Items);
