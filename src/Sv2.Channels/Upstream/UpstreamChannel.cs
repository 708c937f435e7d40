using Bitcoin;
using Sv2.Protocol.Mining;

namespace Sv2.Channels;

/// <summary>What becomes of a share on its way to the pool.</summary>
public enum ForwardVerdict
{
    /// <summary>It goes to the pool.</summary>
    Send,

    /// <summary>Its hash is above what the pool wants for the job.</summary>
    AboveTarget,

    /// <summary>The pool has acknowledged no custom job for it (yet).</summary>
    NoJob,

    /// <summary>It went to the pool already.</summary>
    Duplicate,
}

/// <summary>
/// Our side of the one extended channel at a pool: what the pool granted, the custom jobs it acknowledged on the current
/// tip, and the shares that it has not answered yet.
/// </summary>
/// <param name="channelId">The pool's id of the channel.</param>
/// <param name="extranonce">Its prefix and grant.</param>
/// <param name="target">Its target.</param>
/// <param name="duplicateCapacity">Most shares remembered between tips to find duplicates.</param>
public sealed class UpstreamChannel(uint channelId, UpstreamExtranonce extranonce, U256 target, int duplicateCapacity = 262_144)
{
    /// <summary>Most acknowledged jobs kept for a tip; beyond it the oldest is forgotten and its shares no longer go out.</summary>
    public const int MaxJobs = JobStore.MaxLive;

    private readonly OrderedDictionary<uint, (uint UpstreamJobId, U256 Target)> _jobs = [];
    private readonly DuplicateFilter _duplicates = new(duplicateCapacity);
    private U256 _prevHash;

    /// <summary>The pool's id of the channel.</summary>
    public uint ChannelId { get; } = channelId;

    /// <summary>Prefix and grant for jobs made from now on; jobs keep the one they were made with.</summary>
    public UpstreamExtranonce Extranonce { get; private set; } = extranonce;

    /// <summary>The target of jobs that the pool acknowledges from now on.</summary>
    public U256 Target { get; private set; } = target;

    /// <summary>Shares sent and how the pool answered.</summary>
    public OutstandingShares Shares { get; } = new();

    /// <summary>Shares held back because the pool would refuse them for their hash.</summary>
    public ulong AboveTarget { get; private set; }

    /// <summary>Shares held back because they had been sent.</summary>
    public ulong Duplicates { get; private set; }

    /// <summary>Sum of the difficulties that the pool asked of the shares sent.</summary>
    public double SentWork { get; private set; }

    /// <summary>The highest difficulty that a sent share's hash met.</summary>
    public double BestDifficulty { get; private set; }

    /// <summary>Blocks among the shares sent.</summary>
    public ulong BlocksFound { get; private set; }

    /// <summary>Takes SetTarget; acknowledged jobs keep theirs.</summary>
    public void SetTarget(U256 target) => Target = target;

    /// <summary>Takes SetExtranoncePrefix for jobs made from now on.</summary>
    /// <param name="prefix">The new prefix; the grant stays.</param>
    /// <param name="needed">The largest full extranonce of a downstream.</param>
    /// <returns>False when prefix and grant are too long together, or the grant too small: the upstream is unfit.</returns>
    public bool SetExtranoncePrefix(ReadOnlyMemory<byte> prefix, int needed)
    {
        Extranonce = Extranonce with { Prefix = prefix };
        return Extranonce.Grants(needed);
    }

    /// <summary>The pool has acknowledged a custom job (SetCustomMiningJob.Success).</summary>
    /// <param name="upstreamJobId">The pool's id.</param>
    /// <param name="job">
    /// Our job; it must be active. A job of another tip than before makes those before forgotten; one that was acknowledged
    /// before goes out under the new id.
    /// </param>
    /// <param name="target">The target in force when the pool acknowledged it; null for the present one.</param>
    public void AddJob(uint upstreamJobId, Job job, U256? target = null)
    {
        U256 prevHash = job.Tip?.PrevHash ?? throw new ArgumentException($"job {job.Id} is a future job", nameof(job));
        SetTip(prevHash);
        if (_jobs.Count == MaxJobs && !_jobs.ContainsKey(job.Id))
            _jobs.RemoveAt(0);
        _jobs[job.Id] = (upstreamJobId, target ?? Target);
    }

    /// <summary>Our tip has changed: what the pool acknowledged for another one is forgotten.</summary>
    public void SetTip(U256 prevHash)
    {
        if (prevHash == _prevHash)
            return;
        _prevHash = prevHash;
        _jobs.Clear();
    }

    /// <summary>Whether the pool has acknowledged a job.</summary>
    public bool HasJob(uint jobId) => _jobs.ContainsKey(jobId);

    /// <summary>Judges an accepted share and, if the pool wants it, makes the message and counts it as sent.</summary>
    /// <param name="share">The share.</param>
    /// <param name="context">Whatever the caller wants back with a refusal (<see cref="OutstandingShares.OnError"/>).</param>
    /// <param name="message">What to send; null unless the verdict is <see cref="ForwardVerdict.Send"/>.</param>
    public ForwardVerdict Forward(UpstreamShare share, object? context, out SubmitSharesExtended? message)
    {
        message = null;
        if (!_jobs.TryGetValue(share.Job.Id, out (uint UpstreamJobId, U256 Target) job))
            return ForwardVerdict.NoJob;
        if (share.Hash > job.Target && !share.IsBlock)
        {
            AboveTarget++;
            return ForwardVerdict.AboveTarget;
        }

        if (!_duplicates.TryAdd(_prevHash, share.Hash))
        {
            Duplicates++;
            return ForwardVerdict.Duplicate;
        }

        double work = Difficulty.Of(U256.Max(job.Target, U256.One));
        SentWork += work;
        BestDifficulty = Math.Max(BestDifficulty, Difficulty.Of(share.Hash));
        if (share.IsBlock)
            BlocksFound++;
        uint sequence = Shares.Add(share.Job.Id, work, context);
        message = new SubmitSharesExtended(
            ChannelId, sequence, job.UpstreamJobId, share.Nonce, share.NTime, share.Version, share.Extranonce);
        return ForwardVerdict.Send;
    }
}
