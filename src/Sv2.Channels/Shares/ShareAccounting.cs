using Sv2.Protocol.Mining;

namespace Sv2.Channels;

/// <summary>
/// Counts a channel's shares and acknowledges accepted ones in batches (spec 05, SubmitShares.Success): when a batch is
/// full, when its oldest share has waited long enough, and at once with a block.
/// </summary>
/// <param name="channelId">The channel, for the acknowledgements.</param>
/// <param name="batchSize">Accepted shares in a batch; 0 counts as 1.</param>
/// <param name="batchAge">How long an accepted share may wait for its acknowledgement.</param>
public sealed class ShareAccounting(uint channelId, uint batchSize, TimeSpan batchAge)
{
    private readonly uint _batchSize = Math.Max(1, batchSize);
    private readonly ulong[] _rejected = new ulong[ShareVerdicts.Count];
    private uint _batchCount;
    private double _batchWork;
    private DateTimeOffset _batchStart;

    /// <summary>Accepted shares, blocks included.</summary>
    public ulong Accepted { get; private set; }

    /// <summary>Refused shares.</summary>
    public ulong Rejected { get; private set; }

    /// <summary>Blocks among the accepted shares.</summary>
    public ulong BlocksFound { get; private set; }

    /// <summary>Sum of the accepted shares' difficulties (of the targets they had to meet).</summary>
    public double WorkSum { get; private set; }

    /// <summary>The highest difficulty that an accepted share's hash met.</summary>
    public double BestDifficulty { get; private set; }

    /// <summary>Sequence number of the last accepted share.</summary>
    public uint LastSequenceNumber { get; private set; }

    /// <summary>When the last share was accepted; null before the first.</summary>
    public DateTimeOffset? LastAcceptedAt { get; private set; }

    /// <summary>Accepted shares that are not acknowledged yet.</summary>
    public uint BatchCount => _batchCount;

    /// <summary>Sum of their difficulties.</summary>
    public double BatchWork => _batchWork;

    /// <summary>Accepted shares in a full batch.</summary>
    public uint BatchSize => _batchSize;

    /// <summary>When <see cref="Flush"/> has something to say; null while nothing waits.</summary>
    public DateTimeOffset? FlushAt => _batchCount == 0 ? null : _batchStart + batchAge;

    /// <summary>Refused shares of one kind.</summary>
    public ulong RejectedAs(ShareVerdict verdict) => _rejected[(int)verdict];

    /// <summary>Counts an accepted share.</summary>
    /// <param name="sequenceNumber">The share's sequence number.</param>
    /// <param name="work">Difficulty of the target it had to meet.</param>
    /// <param name="difficulty">Difficulty that its hash met.</param>
    /// <param name="isBlock">Whether it is a block.</param>
    /// <param name="now">When it arrived.</param>
    /// <returns>The acknowledgement, if it is time for one.</returns>
    public SubmitSharesSuccess? Accept(uint sequenceNumber, double work, double difficulty, bool isBlock, DateTimeOffset now)
    {
        if (_batchCount++ == 0)
            _batchStart = now;
        _batchWork += work;
        Accepted++;
        WorkSum += work;
        LastSequenceNumber = sequenceNumber;
        LastAcceptedAt = now;
        BestDifficulty = Math.Max(BestDifficulty, difficulty);
        if (isBlock)
            BlocksFound++;
        return isBlock || _batchCount >= _batchSize ? Acknowledge() : null;
    }

    /// <summary>Counts a refused share.</summary>
    public void Reject(ShareVerdict verdict)
    {
        Rejected++;
        _rejected[(int)verdict]++;
    }

    /// <summary>The acknowledgement of a batch that is not full but has waited long enough; else null.</summary>
    public SubmitSharesSuccess? Flush(DateTimeOffset now) => now >= FlushAt ? Acknowledge() : null;

    private SubmitSharesSuccess Acknowledge()
    {
        // The sum is an integer on the wire; the fraction that is cut does not carry over, as everywhere in the field.
        var success = new SubmitSharesSuccess(channelId, LastSequenceNumber, _batchCount, (ulong)_batchWork);
        _batchCount = 0;
        _batchWork = 0;
        return success;
    }
}
