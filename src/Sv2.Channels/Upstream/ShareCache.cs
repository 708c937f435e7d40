using Bitcoin;

namespace Sv2.Channels;

/// <summary>
/// Shares for jobs that the pool has not acknowledged yet (design §6, optimistic mining). Bounded: when full, the share
/// with the highest hash, which is worth least, makes room, be it the new one. A share takes about 300 bytes.
/// </summary>
/// <param name="capacity">Most shares kept, of all jobs together.</param>
public sealed class ShareCache(int capacity = 4096)
{
    private static readonly Comparer<U256> HighestFirst = Comparer<U256>.Create(static (left, right) => right.CompareTo(left));

    private readonly Dictionary<uint, List<Entry>> _jobs = [];

    // Entries that were taken or dropped stay in here until they surface or the queue is rebuilt.
    private readonly PriorityQueue<Entry, U256> _worstFirst = new(HighestFirst);

    /// <summary>Most shares kept.</summary>
    public int Capacity { get; } = Math.Max(1, capacity);

    /// <summary>Shares kept.</summary>
    public int Count { get; private set; }

    /// <summary>Shares that made room for better ones.</summary>
    public ulong DroppedWhenFull { get; private set; }

    /// <summary>Shares whose job came to nothing: refused, or its tip gone.</summary>
    public ulong DroppedWithJob { get; private set; }

    /// <summary>Keeps a share; false when it is dropped at once because all others are better.</summary>
    public bool Add(UpstreamShare share)
    {
        if (Count == Capacity && !MakeRoom(share.Hash))
            return false;
        var entry = new Entry(share);
        if (!_jobs.TryGetValue(share.Job.Id, out List<Entry>? entries))
            _jobs.Add(share.Job.Id, entries = []);
        entries.Add(entry);
        if (entries.Count > 2 * Capacity)
            entries.RemoveAll(static dropped => !dropped.IsKept);
        _worstFirst.Enqueue(entry, share.Hash);
        Count++;
        return true;
    }

    /// <summary>Takes out a job's shares, in the order in which they came.</summary>
    public IReadOnlyList<UpstreamShare> Take(uint jobId)
    {
        if (!_jobs.Remove(jobId, out List<Entry>? entries))
            return [];
        var shares = new List<UpstreamShare>(entries.Count);
        foreach (Entry entry in entries)
        {
            if (!entry.IsKept)
                continue;
            entry.IsKept = false;
            shares.Add(entry.Share);
        }

        Count -= shares.Count;
        if (Count == 0)
            _worstFirst.Clear();
        else if (_worstFirst.Count > 2 * Capacity)
            Rebuild();
        return shares;
    }

    /// <summary>Drops a job's shares; returns how many.</summary>
    public int DropJob(uint jobId)
    {
        int count = Take(jobId).Count;
        DroppedWithJob += (ulong)count;
        return count;
    }

    /// <summary>Drops everything, as when the tip changes; returns how many.</summary>
    public int Clear()
    {
        int count = Count;
        DroppedWithJob += (ulong)count;
        _jobs.Clear();
        _worstFirst.Clear();
        Count = 0;
        return count;
    }

    private bool MakeRoom(U256 newHash)
    {
        DroppedWhenFull++;
        while (_worstFirst.TryPeek(out Entry? worst, out U256 hash))
        {
            if (worst.IsKept && hash <= newHash)
                return false;
            _worstFirst.Dequeue();
            if (!worst.IsKept)
                continue;
            worst.IsKept = false;
            Count--;
            return true;
        }

        return false;
    }

    private void Rebuild()
    {
        _worstFirst.Clear();
        foreach (Entry entry in _jobs.Values.SelectMany(static entries => entries))
        {
            if (entry.IsKept)
                _worstFirst.Enqueue(entry, entry.Share.Hash);
        }
    }

    private sealed class Entry(UpstreamShare share)
    {
        internal UpstreamShare Share { get; } = share;

        internal bool IsKept { get; set; } = true;
    }
}
