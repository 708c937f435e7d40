using Testbed.Consensus;

namespace Testbed.Miners;

/// <summary>A share found: everything a submission needs, and its hash.</summary>
internal readonly record struct FoundShare(MinerJob Job, BlockHeader Header, U256 Hash, byte[] Extranonce);

/// <summary>A share that was sent and not answered yet.</summary>
internal readonly record struct Unanswered(uint SequenceNumber, U256 Hash, U256 PrevHash);

/// <summary>One channel of a device. Belongs to the session's lock.</summary>
internal sealed class MinerChannel(ChannelKind kind, uint requestId, string userIdentity, Random random)
{
    private const uint VersionRollingMask = 0x1fffffe0; // BIP323
    private const int MaxFutureJobs = 64;

    private readonly Dictionary<uint, MinerJob> _future = [];
    private readonly HashSet<uint> _validIds = [];
    private U256? _prevHash;
    private uint _bits;
    private uint _lastSequenceNumber;
    private MinerJob? _known;

    public ChannelKind Kind => kind;

    public uint RequestId => requestId;

    public string UserIdentity => userIdentity;

    public uint? Id { get; set; }

    public uint GroupId { get; set; }

    public byte[] ExtranoncePrefix { get; set; } = [];

    public int ExtranonceSize { get; set; }

    public U256 Target { get; set; }

    public MinerJob? Active { get; private set; }

    public U256? PrevHash => _prevHash;

    public List<Unanswered> Unanswered { get; } = [];

    /// <summary>Whether the active job is another one than at the last call.</summary>
    public bool TakeNews()
    {
        bool isNew = Active != _known;
        _known = Active;
        return isNew;
    }

    public uint NextSequenceNumber() => ++_lastSequenceNumber;

    /// <summary>Takes a job; what the protocol does not allow about it, or null.</summary>
    public string? Take(MinerJob job, Moment now)
    {
        if (job.BrokenCoinbase(ExtranonceSize) is { } broken)
            return $"job {job.Id}: {broken}";
        if (!_validIds.Add(job.Id))
            return $"job {job.Id}: the id belongs to another valid job";
        if (job.MinNTime is not { } minNTime)
        {
            if (_future.Count >= MaxFutureJobs)
                return "too many future jobs";
            _future[job.Id] = job;
            return null;
        }

        if (_prevHash is not { } prevHash)
            return $"job {job.Id}: not a future one before any prev-hash";
        job.Activate(prevHash, _bits, minNTime, Target, now);
        Active = job;
        return null;
    }

    /// <summary>Takes a prev-hash; what the protocol does not allow about it, or null.</summary>
    public string? TakePrevHash(uint jobId, U256 prevHash, uint bits, uint minNTime, Moment now)
    {
        if (!_future.Remove(jobId, out MinerJob? job))
        {
            Active = null;
            return $"prev-hash for job {jobId}, which is no future job of the channel";
        }

        (_prevHash, _bits) = (prevHash, bits);
        _future.Clear();
        _validIds.Clear();
        _validIds.Add(jobId);
        job.Activate(prevHash, bits, minNTime, Target, now);
        Active = job;
        return null;
    }

    /// <summary>Hashes; true when a share was found, which ends it early.</summary>
    public bool Hash(int count, uint now, out FoundShare share)
    {
        share = default;
        if (Active is not { } job)
            return false;
        var extranonce = new byte[ExtranonceSize];
        random.NextBytes(extranonce);
        uint version = job.VersionRolling && random.Next(2) == 0
            ? job.Version ^ ((uint)random.NextInt64(1L << 32) & VersionRollingMask)
            : job.Version;
        uint time = (job.MinNTime ?? 0) + (now > job.ActiveSince ? now - job.ActiveSince : 0);
        var header = new BlockHeader(version, job.PrevHash, job.MerkleRoot(extranonce), time, job.Bits, (uint)random.NextInt64(1L << 32));

        // A share must meet the target of its job. A later SetTarget may be harder; meeting both is right either way.
        U256 target = Target < job.Target ? Target : job.Target;
        Span<byte> bytes = stackalloc byte[BlockHeader.Length];
        header.Write(bytes);
        uint nonce = header.Nonce;
        for (int i = 0; i < count; i++, nonce++)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(bytes[76..], nonce);
            U256 hash = Hashing.DoubleSha256(bytes);
            if (hash > target)
                continue;
            share = new FoundShare(job, header with { Nonce = nonce }, hash, extranonce);
            return true;
        }

        return false;
    }
}
