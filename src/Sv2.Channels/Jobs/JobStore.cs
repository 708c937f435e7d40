using System.Diagnostics.CodeAnalysis;
using Sv2.Protocol.TemplateDistribution;

namespace Sv2.Channels;

/// <summary>What is known of a job id that a share names.</summary>
public enum JobState
{
    /// <summary>Never given out, not active yet, or forgotten.</summary>
    Unknown,

    /// <summary>On the current tip: the newest job or one before it.</summary>
    Live,

    /// <summary>On the tip before.</summary>
    Stale,
}

/// <summary>
/// The process's jobs by tip: future jobs, those of the current tip, and the ids of the tip before. What is older is
/// forgotten. Bounded: beyond <see cref="MaxFuture"/> future jobs or <see cref="MaxLive"/> jobs on a tip the oldest is
/// forgotten, and a share for it is then an unknown job's; miners move on to a new job at once, so nothing is lost.
/// </summary>
public sealed class JobStore
{
    /// <summary>Most future jobs kept.</summary>
    public const int MaxFuture = 16;

    /// <summary>Most jobs kept for one tip.</summary>
    public const int MaxLive = 256;

    private readonly OrderedDictionary<uint, Job> _future = [];
    private readonly OrderedDictionary<uint, Job> _live = [];
    private HashSet<uint> _stale = [];
    private uint _lastId;

    /// <summary>The tip that is mined on; null before the first.</summary>
    public Tip? Tip { get; private set; }

    /// <summary>The newest job of the current tip that all channels were given; null when there is none.</summary>
    public Job? Active { get; private set; }

    /// <summary>Activations so far; a target set now acts on jobs whose <see cref="Job.Activation"/> is greater.</summary>
    public ulong Activations { get; private set; }

    /// <summary>Future jobs, oldest first.</summary>
    public IReadOnlyCollection<Job> Future => _future.Values;

    /// <summary>Jobs of the current tip, oldest first.</summary>
    public IReadOnlyCollection<Job> Live => _live.Values;

    /// <summary>
    /// Makes a future job of a template. An earlier future job of the same template is replaced: only the newest is
    /// found by <see cref="SetTip"/>.
    /// </summary>
    public Job AddFuture(NewTemplate template, CoinbaseCut coinbase, bool versionRollingAllowed = true, object? source = null)
    {
        Job job = Create(template, coinbase, versionRollingAllowed, source);
        foreach (Job other in _future.Values)
        {
            if (other.TemplateId != template.TemplateId)
                continue;
            _future.Remove(other.Id);
            break;
        }

        if (_future.Count == MaxFuture)
            _future.RemoveAt(0);
        _future.Add(job.Id, job);
        return job;
    }

    /// <summary>
    /// Makes a job on the current tip and makes it the active one; those before stay live. There must be a tip. The
    /// template may have been a future one whose tip has come.
    /// </summary>
    public Job AddActive(NewTemplate template, CoinbaseCut coinbase, bool versionRollingAllowed = true, object? source = null) =>
        Activate(Create(template, coinbase, versionRollingAllowed, source));

    /// <summary>
    /// Gives the work of <paramref name="job"/> again under a new id, so that a target set since takes effect without
    /// waiting for the next template. There must be a tip.
    /// </summary>
    /// <param name="job">The job; usually the active one.</param>
    /// <param name="minNTime">
    /// Header time to begin the new job with, where that is later than the tip's: a miner that begins anew on it then does
    /// not search again what it has searched. Shares are held to the tip's time only.
    /// </param>
    /// <param name="toAll">Whether all channels are given it; otherwise <see cref="Active"/> stays what the others mine.</param>
    public Job Reissue(Job job, uint minNTime = 0, bool toAll = true)
    {
        Job? before = Active;
        Job reissued = Activate(job with { Id = NextId(), StartNTime = minNTime });
        if (!toAll)
            Active = before;
        return reissued;
    }

    /// <summary>
    /// Moves to a tip. If it is on another block, all live jobs become stale and stale ones are forgotten. The newest
    /// future job of <paramref name="templateId"/> becomes active; other future jobs are dropped (spec 05, SetNewPrevHash).
    /// </summary>
    /// <returns>The activated job; null when no future job of that template is known, then there is no active job on a new block.</returns>
    public Job? SetTip(Tip tip, ulong templateId)
    {
        Job? job = null;
        foreach (Job future in _future.Values)
        {
            if (future.TemplateId == templateId)
                job = future;
        }

        _future.Clear();
        if (Tip is null || Tip.PrevHash != tip.PrevHash)
        {
            _stale = [.. _live.Keys];
            _live.Clear();
            Active = null;
        }

        Tip = tip;
        return job is null ? null : Activate(job);
    }

    /// <summary>What a share's job id means; <paramref name="job"/> is set for a live one.</summary>
    public JobState Find(uint jobId, out Job? job)
    {
        if (_live.TryGetValue(jobId, out job))
            return JobState.Live;
        return _stale.Contains(jobId) ? JobState.Stale : JobState.Unknown;
    }

    /// <summary>A future or live job by id.</summary>
    public bool TryGet(uint jobId, [NotNullWhen(true)] out Job? job) =>
        _live.TryGetValue(jobId, out job) || _future.TryGetValue(jobId, out job);

    private Job Create(NewTemplate template, CoinbaseCut coinbase, bool versionRollingAllowed, object? source) => new()
    {
        Id = NextId(),
        TemplateId = template.TemplateId,
        Version = template.Version,
        VersionRollingAllowed = versionRollingAllowed,
        MerklePath = template.MerklePath,
        Coinbase = coinbase,
        Source = source,
    };

    // 0 is skipped when the counter wraps; a job that old is long forgotten.
    private uint NextId() => ++_lastId == 0 ? ++_lastId : _lastId;

    private Job Activate(Job job)
    {
        Job active = job with
        {
            Tip = Tip ?? throw new InvalidOperationException("a job cannot be active before there is a tip"),
            Activation = ++Activations,
        };
        if (_live.Count == MaxLive)
            _live.RemoveAt(0);
        _live.Add(active.Id, active);
        Active = active;
        return active;
    }
}
