using Bitcoin;
using Sv2.Protocol.Mining;

namespace Sv2.Channels;

/// <summary>
/// The server's side of one mining channel of a miner: its target, its extranonce, what it has submitted. Whether it is
/// in a group is its connection's matter. Its extranonce never changes, whatever the work source (design §5).
/// </summary>
public sealed class DownstreamChannel
{
    /// <summary>How far ahead of our clock a header's time may be; nodes refuse blocks beyond it.</summary>
    public static readonly TimeSpan MaxTimeAhead = TimeSpan.FromHours(2);

    private readonly ChannelOptions _options;
    private readonly byte[] _extranonce;
    private readonly DuplicateFilter _duplicates;
    private readonly TargetHistory _targets;
    private readonly Vardiff _vardiff;
    private U256 _maxTarget;
    private (uint JobId, U256 Root) _lastRoot;
    private ulong _ownActivation;

    /// <summary>Opens it.</summary>
    public DownstreamChannel(ChannelOptions options, DateTimeOffset now)
    {
        _options = options;
        _maxTarget = options.MaxTarget;
        _extranonce = [.. options.LocalPrefix.Span, .. new byte[options.RollableSize]];
        _duplicates = new DuplicateFilter(options.DuplicateCapacity);
        _vardiff = new Vardiff(options.Vardiff, options.NominalHashRate, now);
        _targets = new TargetHistory(U256.Min(_vardiff.Target, _maxTarget));
        Accounting = new ShareAccounting(options.ChannelId, options.ShareBatchSize, options.ShareBatchAge);
    }

    /// <summary>Id on its connection.</summary>
    public uint ChannelId => _options.ChannelId;

    /// <summary>Its kind.</summary>
    public ChannelKind Kind => _options.Kind;

    /// <summary>Who mines, as the miner says.</summary>
    public string UserIdentity => _options.UserIdentity;

    /// <summary>extranonce_prefix of the Open…Success message: the local prefix; on a standard channel the full extranonce.</summary>
    public ReadOnlyMemory<byte> ExtranoncePrefix => Kind == ChannelKind.Standard ? _extranonce : _options.LocalPrefix;

    /// <summary>Bytes that the miner rolls: extranonce_size of OpenExtendedMiningChannel.Success; 0 on a standard channel.</summary>
    public int RollableSize => Kind == ChannelKind.Standard ? 0 : _options.RollableSize;

    /// <summary>Local prefix and the bytes after it; equal for all channels of a connection.</summary>
    public int FullExtranonceSize => _extranonce.Length;

    /// <summary>The hash rate assumed of it, hashes per second.</summary>
    public double HashRate => _vardiff.HashRate;

    /// <summary>Whether the order of magnitude of that has been found from shares, rather than believed.</summary>
    public bool IsCalibrated => !_vardiff.Calibrating;

    /// <summary>The target of jobs that become active from now on.</summary>
    public U256 Target => _targets.Current;

    /// <summary>The easiest target that the miner wants.</summary>
    public U256 MaxTarget => _maxTarget;

    /// <summary>What was accepted and refused.</summary>
    public ShareAccounting Accounting { get; }

    /// <summary>The job for this channel alone; what a group member gets is <see cref="Job.ToExtended"/> on the group's id.</summary>
    public Sv2.Protocol.Sv2Message ToMessage(Job job) => Kind == ChannelKind.Standard
        ? new NewMiningJob(ChannelId, job.Id, job.MinNTime, job.Version, MerkleRoot(job))
        : job.ToExtended(ChannelId, FullExtranonceSize);

    /// <summary>
    /// Gives this channel alone a job that was issued again (<see cref="JobStore.Reissue"/>), so that its target counts.
    /// </summary>
    public Sv2.Protocol.Sv2Message Give(Job reissued)
    {
        _ownActivation = reissued.Activation;
        return ToMessage(reissued);
    }

    /// <summary>
    /// Whether the target has left that of the job that the miner works on: it is easier, which many miners use at once,
    /// or at least <paramref name="factor"/> times harder.
    /// </summary>
    public bool OutgrewItsJob(JobStore jobs, double factor)
    {
        U256 mined = ActiveTarget(jobs);
        return Target > mined || Bitcoin.HashRate.HashesPerShare(Target) >= factor * Bitcoin.HashRate.HashesPerShare(mined);
    }

    /// <summary>
    /// Takes the miner's new hash rate and maximum target (UpdateChannel). The hash rate must be finite and not negative.
    /// </summary>
    /// <returns>Whether the target has changed.</returns>
    public bool Update(double nominalHashRate, U256 maxTarget, JobStore jobs, DateTimeOffset now)
    {
        _maxTarget = maxTarget;
        _vardiff.Restart(nominalHashRate, now);
        return Retarget(jobs);
    }

    /// <summary>Lets time pass: vardiff sees that no share came. To be called every few seconds.</summary>
    /// <returns>Whether the target has changed and the miner must be told (SetTarget).</returns>
    public bool OnTime(JobStore jobs, DateTimeOffset now)
    {
        if (jobs.Active is not null)
            return _options.VardiffEnabled && _vardiff.OnTime(ActiveTarget(jobs), now) && Retarget(jobs);
        _vardiff.Skip(now);
        return false;
    }

    /// <summary>The acknowledgement of shares that have waited long enough; else null.</summary>
    public SubmitSharesSuccess? Flush(DateTimeOffset now) => Accounting.Flush(now);

    /// <summary>Validates and counts a share and says what to answer.</summary>
    /// <param name="share">The share.</param>
    /// <param name="jobs">The process's jobs.</param>
    /// <param name="now">When it arrived.</param>
    /// <param name="targetChanged">Whether the target has changed because of it and the miner must be told (SetTarget).</param>
    public ShareResult Submit(in SubmittedShare share, JobStore jobs, DateTimeOffset now, out bool targetChanged)
    {
        ShareResult result = Validate(share, jobs, now);
        targetChanged = false;
        if (!result.Verdict.IsAccepted())
        {
            Accounting.Reject(result.Verdict);
            return result with { Reply = new SubmitSharesError(ChannelId, share.SequenceNumber, result.Verdict.ErrorCode()!) };
        }

        bool isBlock = result.Verdict == ShareVerdict.BlockFound;
        SubmitSharesSuccess? reply = Accounting.Accept(share.SequenceNumber, result.Work, result.Difficulty, isBlock, now);
        U256 jobTarget = _targets.At(result.Job!.Activation);

        // A block above the share target says nothing of the share rate.
        if (_options.VardiffEnabled && result.Hash <= jobTarget)
            targetChanged = _vardiff.OnShare(jobTarget, ActiveTarget(jobs), now) && Retarget(jobs);
        return result with { Reply = reply };
    }

    /// <summary>
    /// Judges a share in the field's order: job, extranonce size, time, version, network target, share target;
    /// duplicates are looked for once a target is met. Notes accepted shares as seen; counts nothing else.
    /// </summary>
    public ShareResult Validate(in SubmittedShare share, JobStore jobs, DateTimeOffset now)
    {
        JobState state = jobs.Find(share.JobId, out Job? job);
        if (state == JobState.Stale)
            return Refuse(ShareVerdict.StaleShare);
        if (job?.Tip is not { } tip || job.Coinbase.PaddingFor(FullExtranonceSize) < 0)
            return Refuse(ShareVerdict.InvalidJobId);
        if (share.Extranonce.Length != RollableSize)
            return Refuse(ShareVerdict.BadExtranonceSize, job);
        if (share.NTime < tip.MinNTime || share.NTime > (now + MaxTimeAhead).ToUnixTimeSeconds())
            return Refuse(ShareVerdict.InvalidShare, job);
        uint changedBits = share.Version ^ job.Version;
        if (!job.VersionRollingAllowed && changedBits != 0)
            return Refuse(ShareVerdict.VersionRollingNotAllowed, job);
        if ((changedBits & ~HeaderVersion.RollableBits) != 0)
            return Refuse(ShareVerdict.InvalidNonRollableVersionBit, job);

        Span<byte> extranonce = stackalloc byte[ExtranonceSizes.MaxFull];
        extranonce = WriteExtranonce(share.Extranonce.Span, extranonce);
        U256 root = Kind == ChannelKind.Standard ? MerkleRoot(job) : job.MerkleRoot(extranonce);
        var header = new BlockHeader(share.Version, tip.PrevHash, root, share.NTime, tip.NBits, share.Nonce);
        U256 hash = header.Hash();
        U256 target = _targets.At(job.Activation);
        bool isBlock = hash <= tip.NetworkTarget;
        if (!isBlock && hash > target)
            return new ShareResult { Verdict = ShareVerdict.DifficultyTooLow, Job = job, Hash = hash };
        if (!_duplicates.TryAdd(tip.PrevHash, hash))
            return new ShareResult { Verdict = ShareVerdict.DuplicateShare, Job = job, Hash = hash };
        return new ShareResult
        {
            Verdict = isBlock ? ShareVerdict.BlockFound : ShareVerdict.Valid,
            Job = job,
            Hash = hash,
            Work = Bitcoin.Difficulty.Of(U256.Max(target, U256.One)),
            Solution = isBlock ? BlockSolution.TryCreate(job, header, hash, extranonce) : null,
        };
    }

    /// <summary>An accepted share in the form in which it goes upstream.</summary>
    public UpstreamShare ToUpstream(in SubmittedShare share, in ShareResult result)
    {
        Job job = result.Job ?? throw new ArgumentException("the share was not accepted", nameof(result));
        Span<byte> extranonce = stackalloc byte[ExtranonceSizes.MaxFull];
        byte[] bytes = job.Coinbase.ToUpstream(WriteExtranonce(share.Extranonce.Span, extranonce));
        return new UpstreamShare(job, result.Hash, share.Nonce, share.NTime, share.Version, bytes, UserIdentity);
    }

    private static ShareResult Refuse(ShareVerdict verdict, Job? job = null) => new() { Verdict = verdict, Job = job };

    private Span<byte> WriteExtranonce(ReadOnlySpan<byte> rollable, Span<byte> destination)
    {
        _extranonce.CopyTo(destination);
        rollable.CopyTo(destination[_options.LocalPrefix.Length..]);
        return destination[.._extranonce.Length];
    }

    // A standard channel mines one root per job, so its shares need not hash the coinbase each time.
    private U256 MerkleRoot(Job job)
    {
        if (_lastRoot.JobId != job.Id)
            _lastRoot = (job.Id, job.MerkleRoot(_extranonce));
        return _lastRoot.Root;
    }

    // Of the newest job that the miner has: one for all, or one for this channel.
    private U256 ActiveTarget(JobStore jobs) =>
        jobs.Active is { } active ? _targets.At(Math.Max(active.Activation, _ownActivation)) : Target;

    private bool Retarget(JobStore jobs)
    {
        U256 before = Target;
        _targets.Set(jobs.Activations, U256.Min(_vardiff.Target, _maxTarget));
        return Target != before;
    }
}
