using System.Collections.Concurrent;
using System.Collections.Immutable;
using JdClient.Core;

namespace JdClient.Status;

/// <summary>Where shares come from and go to, in sums since the start and times of the last. Immutable.</summary>
public sealed record ShareFlowSnapshot
{
    /// <summary>Valid shares of miners.</summary>
    public required long Accepted { get; init; }

    /// <summary>Refused shares of miners.</summary>
    public required long Rejected { get; init; }

    /// <summary>Those by the code that the miner was sent.</summary>
    public required ImmutableSortedDictionary<string, long> RejectedByReason { get; init; }

    /// <summary>Shares sent to pools.</summary>
    public required long Forwarded { get; init; }

    /// <summary>Shares that pools accepted.</summary>
    public required long AcceptedUpstream { get; init; }

    /// <summary>Shares that pools refused.</summary>
    public required long RejectedUpstream { get; init; }

    /// <summary>Those by the pools' codes; codes beyond the first 32 count as <c>other</c>.</summary>
    public required ImmutableSortedDictionary<string, long> RejectedUpstreamByReason { get; init; }

    /// <summary>
    /// Valid shares that went to no pool although one was mined for, by cause: a name of <see cref="ShareDropCause"/> in
    /// snake_case.
    /// </summary>
    public required ImmutableSortedDictionary<string, long> DroppedByCause { get; init; }

    /// <summary>When a miner's last share came, valid or not.</summary>
    public required DateTimeOffset? LastInAt { get; init; }

    /// <summary>When the last valid one came.</summary>
    public required DateTimeOffset? LastAcceptedAt { get; init; }

    /// <summary>When the last was sent to a pool.</summary>
    public required DateTimeOffset? LastForwardedAt { get; init; }

    /// <summary>When a pool last accepted or refused one.</summary>
    public required DateTimeOffset? LastAnswerAt { get; init; }

    /// <summary>Difficulty of the valid shares that came since one was last sent, or since the work source changed.</summary>
    public required double WorkSinceForwarded { get; init; }

    /// <summary>When the first of those came; null when there is none.</summary>
    public required DateTimeOffset? FirstNotForwardedAt { get; init; }

    /// <summary>Shares sent since the pool last answered, or since the work source changed.</summary>
    public required long SentSinceAnswer { get; init; }

    /// <summary>When the first of those was sent; null when there is none.</summary>
    public required DateTimeOffset? FirstUnansweredAt { get; init; }
}

/// <summary>Counts <see cref="ShareFlowSnapshot"/>. Written by the actor's thread alone, read by any.</summary>
/// <param name="time">The clock.</param>
internal sealed class ShareFlow(TimeProvider time)
{
    /// <summary>Codes counted apart; peers choose theirs freely.</summary>
    private const int MaxReasons = 32;

    private const string OtherReasons = "other";

    private readonly ConcurrentDictionary<string, long> _rejected = new();
    private readonly ConcurrentDictionary<string, long> _rejectedUpstream = new();
    private readonly ConcurrentDictionary<string, long> _dropped = new();
    private long _accepted;
    private long _rejectedCount;
    private long _forwarded;
    private long _acceptedUpstream;
    private long _rejectedUpstreamCount;

    // Ticks, 0 for never: read as one piece on another thread.
    private long _lastIn;
    private long _lastAccepted;
    private long _lastForwarded;
    private long _lastAnswer;
    private long _firstNotForwarded;
    private long _firstUnanswered;
    private long _sentSinceAnswer;
    private double _workSinceForwarded;

    /// <summary>Counts what the report tells; others are nothing to it.</summary>
    internal void Observe(CoreReport report)
    {
        switch (report)
        {
            case CoreReport.ShareAccepted share:
                OnAccepted(share.Difficulty);
                break;
            case CoreReport.UpstreamShareSent:
                OnForwarded();
                break;
            case CoreReport.ShareRejected share:
                Volatile.Write(ref _rejectedCount, _rejectedCount + 1);
                Volatile.Write(ref _lastIn, Now());
                Count(_rejected, share.ErrorCode, 1);
                break;
            case CoreReport.UpstreamSharesAccepted shares:
                Volatile.Write(ref _acceptedUpstream, _acceptedUpstream + shares.Count);
                OnAnswer();
                break;
            case CoreReport.UpstreamShareRejected share:
                Volatile.Write(ref _rejectedUpstreamCount, _rejectedUpstreamCount + 1);
                Count(_rejectedUpstream, share.ErrorCode, 1);
                OnAnswer();
                break;
            case CoreReport.SharesDropped shares:
                Count(_dropped, SnakeCase.Of(shares.Cause), shares.Count);
                break;
            case CoreReport.WorkSourceChanged:
                NothingForwarded(0, 0);
                NothingUnanswered();
                break;
        }
    }

    /// <summary>The sums of now. Not all of the very same moment: a share may be in one and not yet in another.</summary>
    internal ShareFlowSnapshot Read() => new()
    {
        Accepted = Volatile.Read(ref _accepted),
        Rejected = Volatile.Read(ref _rejectedCount),
        RejectedByReason = _rejected.ToImmutableSortedDictionary(StringComparer.Ordinal),
        Forwarded = Volatile.Read(ref _forwarded),
        AcceptedUpstream = Volatile.Read(ref _acceptedUpstream),
        RejectedUpstream = Volatile.Read(ref _rejectedUpstreamCount),
        RejectedUpstreamByReason = _rejectedUpstream.ToImmutableSortedDictionary(StringComparer.Ordinal),
        DroppedByCause = _dropped.ToImmutableSortedDictionary(StringComparer.Ordinal),
        LastInAt = At(ref _lastIn),
        LastAcceptedAt = At(ref _lastAccepted),
        LastForwardedAt = At(ref _lastForwarded),
        LastAnswerAt = At(ref _lastAnswer),
        WorkSinceForwarded = Volatile.Read(ref _workSinceForwarded),
        FirstNotForwardedAt = At(ref _firstNotForwarded),
        SentSinceAnswer = Volatile.Read(ref _sentSinceAnswer),
        FirstUnansweredAt = At(ref _firstUnanswered),
    };

    private static void Count(ConcurrentDictionary<string, long> counts, string reason, long by)
    {
        string key = counts.ContainsKey(reason) || counts.Count < MaxReasons ? reason : OtherReasons;
        counts[key] = counts.GetValueOrDefault(key) + by;
    }

    private static DateTimeOffset? At(ref long ticks) =>
        Volatile.Read(ref ticks) is > 0 and var value ? new DateTimeOffset(value, TimeSpan.Zero) : null;

    private void OnAccepted(double difficulty)
    {
        long now = Now();
        Volatile.Write(ref _accepted, _accepted + 1);
        Volatile.Write(ref _lastIn, now);
        Volatile.Write(ref _lastAccepted, now);
        NothingForwarded(_workSinceForwarded + difficulty, _firstNotForwarded == 0 ? now : _firstNotForwarded);
    }

    private void OnForwarded()
    {
        long now = Now();
        Volatile.Write(ref _forwarded, _forwarded + 1);
        Volatile.Write(ref _lastForwarded, now);
        Volatile.Write(ref _sentSinceAnswer, _sentSinceAnswer + 1);
        if (_firstUnanswered == 0)
            Volatile.Write(ref _firstUnanswered, now);
        NothingForwarded(0, 0);
    }

    private void OnAnswer()
    {
        Volatile.Write(ref _lastAnswer, Now());
        NothingUnanswered();
    }

    private void NothingForwarded(double work, long since)
    {
        Volatile.Write(ref _workSinceForwarded, work);
        Volatile.Write(ref _firstNotForwarded, since);
    }

    private void NothingUnanswered()
    {
        Volatile.Write(ref _sentSinceAnswer, 0);
        Volatile.Write(ref _firstUnanswered, 0);
    }

    private long Now() => time.GetUtcNow().UtcTicks;
}
