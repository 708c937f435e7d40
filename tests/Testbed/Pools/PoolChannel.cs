using Sv2.Protocol.Mining;
using Testbed.Consensus;

namespace Testbed.Pools;

/// <summary>An extended channel of a work-selection client. Belongs to the pool's lock.</summary>
internal sealed class PoolChannel
{
    private const uint VersionRollingMask = 0x1fffffe0; // BIP323
    private const uint MaxFutureSeconds = 2 * 60 * 60;
    private const int MaxJobs = 64;
    private const int MaxSeen = 200_000;

    private readonly Dictionary<uint, CustomJob> _jobs = [];
    private readonly Queue<uint> _order = new();
    private readonly HashSet<U256> _seen = [];
    private uint _lastJobId;
    private int _batchCount;
    private double _batchWork;

    public required uint Id { get; init; }

    public required string UserIdentity { get; init; }

    public required int ExtranonceSize { get; init; }

    public required byte[] ExtranoncePrefix { get; set; }

    public required double NominalHashRate { get; set; }

    /// <summary>The largest target the client wants.</summary>
    public required U256 MaxTarget { get; set; }

    public required U256 Target { get; set; }

    /// <summary>Bytes between the coinbase's two parts.</summary>
    public int FullExtranonceLength => ExtranoncePrefix.Length + ExtranonceSize;

    public CustomJob Add(SetCustomMiningJob terms, DeclaredJob? declared)
    {
        var job = new CustomJob(++_lastJobId, terms, declared, Target, ExtranoncePrefix);
        _jobs[job.Id] = job;
        _order.Enqueue(job.Id);
        while (_order.Count > MaxJobs)
            _jobs.Remove(_order.Dequeue());
        return job;
    }

    /// <summary>Judges a share: its job and header, or the error code, with the header too of one that is only stale.</summary>
    /// <param name="share">The share.</param>
    /// <param name="isCurrent">Whether a prev-hash is that of the tip, or close enough to it in time.</param>
    /// <param name="fixedVersion">Whether version rolling is refused.</param>
    /// <param name="now">Unix time.</param>
    public (CustomJob? Job, BlockHeader Header, string? Error) Judge(
        SubmitSharesExtended share, Func<U256, bool> isCurrent, bool fixedVersion, uint now)
    {
        if (!_jobs.TryGetValue(share.JobId, out CustomJob? job))
            return (null, default, "invalid-job-id");
        if (!isCurrent(job.Terms.PrevHash))
            return (null, job.Header(share), "stale-share");
        if (share.Extranonce.Length != ExtranonceSize)
            return (null, default, "bad-extranonce-size");
        if (share.NTime < job.Terms.MinNTime || share.NTime > now + MaxFutureSeconds)
            return (null, default, "invalid-share");
        uint changed = share.Version ^ job.Terms.Version;
        if (fixedVersion && changed != 0)
            return (null, default, "version-rolling-not-allowed");
        if ((changed & ~VersionRollingMask) != 0)
            return (null, default, "invalid-non-rollable-version-bit");
        BlockHeader header = job.Header(share);
        U256 hash = header.Hash();
        if (hash > job.Target && hash > Work.TargetOfBits(job.Terms.NBits))
            return (null, default, "difficulty-too-low");
        return _seen.Add(hash) ? (job, header, null) : (null, default, "duplicate-share");
    }

    /// <summary>Counts an accepted share; the acknowledgement when a batch is complete.</summary>
    public SubmitSharesSuccess? Acknowledge(CustomJob job, uint sequenceNumber, int batchSize)
    {
        _batchCount++;
        _batchWork += Work.DifficultyOfTarget(job.Target);
        if (_batchCount < batchSize)
            return null;
        var success = new SubmitSharesSuccess(Id, sequenceNumber, (uint)_batchCount, (ulong)_batchWork);
        (_batchCount, _batchWork) = (0, 0);
        return success;
    }

    /// <summary>A new tip: jobs of tips that are neither present nor just replaced are of no use.</summary>
    public void Forget(Func<U256, bool> isCurrent)
    {
        foreach (uint id in _order.Where(id => !isCurrent(_jobs[id].Terms.PrevHash)).Take(Math.Max(0, _order.Count - 16)).ToList())
            _jobs.Remove(id);
        for (int i = _order.Count; i > 0; i--)
        {
            uint id = _order.Dequeue();
            if (_jobs.ContainsKey(id))
                _order.Enqueue(id);
        }

        if (_seen.Count > MaxSeen)
            _seen.Clear();
    }
}
