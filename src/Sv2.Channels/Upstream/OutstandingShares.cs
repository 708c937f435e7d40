using Sv2.Protocol.Mining;

namespace Sv2.Channels;

/// <summary>A share that the pool has been sent.</summary>
/// <param name="SequenceNumber">Our counter.</param>
/// <param name="JobId">Our job id.</param>
/// <param name="Work">Difficulty of the target that the pool asked for.</param>
/// <param name="Context">What the sender gave.</param>
public readonly record struct OutstandingShare(uint SequenceNumber, uint JobId, double Work, object? Context);

/// <summary>
/// Counts shares sent to a pool and matches its answers: SubmitShares.Error by sequence number, SubmitShares.Success up
/// to one. Bounded: of more than <see cref="Capacity"/> unanswered shares the oldest is forgotten and counted, and an
/// answer to it is only counted.
/// </summary>
public sealed class OutstandingShares
{
    /// <summary>Most unanswered shares kept.</summary>
    public const int Capacity = 65_536;

    /// <summary>Most distinct error codes counted by name; others are counted as <see cref="OtherCode"/>.</summary>
    public const int MaxCodes = 32;

    /// <summary>Stands for error codes beyond <see cref="MaxCodes"/>.</summary>
    public const string OtherCode = "other";

    private readonly Dictionary<string, ulong> _rejected = [];

    // A ring: the share with sequence number _first is at _head; numbers follow one another without gaps and may wrap.
    private OutstandingShare?[] _ring = new OutstandingShare?[64];
    private int _head;
    private int _count;
    private uint _first = 1;

    /// <summary>Shares sent.</summary>
    public ulong Sent { get; private set; }

    /// <summary>Shares that the pool says it has accepted.</summary>
    public ulong Accepted { get; private set; }

    /// <summary>Sum of new_shares_sum: the pool's account of our work, in difficulty.</summary>
    public double AcceptedWork { get; private set; }

    /// <summary>Shares that the pool has refused.</summary>
    public ulong Rejected { get; private set; }

    /// <summary>Shares forgotten before an answer came.</summary>
    public ulong Forgotten { get; private set; }

    /// <summary>Shares not answered yet.</summary>
    public int Waiting { get; private set; }

    /// <summary>Refused shares by the pool's error code.</summary>
    public IReadOnlyDictionary<string, ulong> RejectedByCode => _rejected;

    /// <summary>Notes a share as sent and gives its sequence number; the first is 1.</summary>
    public uint Add(uint jobId, double work, object? context)
    {
        if (_count == Capacity && DropFirst())
            Forgotten++;
        if (_count == _ring.Length)
            Grow();
        uint sequence = _first + (uint)_count;
        _ring[Slot(_count)] = new OutstandingShare(sequence, jobId, work, context);
        _count++;
        Waiting++;
        Sent++;
        return sequence;
    }

    /// <summary>
    /// Takes the pool's acknowledgement: everything up to last_sequence_number is answered. A number that we have not
    /// sent, or that is answered already, answers nothing.
    /// </summary>
    public void OnSuccess(SubmitSharesSuccess message)
    {
        Accepted += message.NewSubmitsAcceptedCount;
        AcceptedWork += message.NewSharesSum;
        uint offset = message.LastSequenceNumber - _first;
        if (offset >= (uint)_count)
            return;
        for (uint i = 0; i <= offset; i++)
            DropFirst();
    }

    /// <summary>Takes a refusal and gives the share that it is about; null when that is not known.</summary>
    public OutstandingShare? OnError(SubmitSharesError message)
    {
        Rejected++;
        string code = _rejected.ContainsKey(message.ErrorCode) || _rejected.Count < MaxCodes ? message.ErrorCode : OtherCode;
        _rejected[code] = _rejected.GetValueOrDefault(code) + 1;
        uint offset = message.SequenceNumber - _first;
        if (offset >= (uint)_count)
            return null;
        ref OutstandingShare? slot = ref _ring[Slot((int)offset)];
        OutstandingShare? share = slot;
        slot = null;
        if (share is not null)
            Waiting--;
        return share;
    }

    private int Slot(int offset) => (_head + offset) & (_ring.Length - 1);

    private bool DropFirst()
    {
        bool wasWaiting = _ring[_head] is not null;
        if (wasWaiting)
            Waiting--;
        _ring[_head] = null;
        _head = Slot(1);
        _first++;
        _count--;
        return wasWaiting;
    }

    private void Grow()
    {
        var ring = new OutstandingShare?[_ring.Length * 2];
        for (int i = 0; i < _count; i++)
            ring[i] = _ring[Slot(i)];
        (_ring, _head) = (ring, 0);
    }
}
