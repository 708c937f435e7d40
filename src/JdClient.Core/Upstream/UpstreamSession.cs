using System.Collections.Immutable;
using JdClient.Core.Engine;
using JdClient.Core.Templates;
using Sv2.Channels;
using Sv2.Protocol;

namespace JdClient.Core.Upstream;

/// <summary>One connection to an upstream: pool and job declarator, always as a pair, with everything that dies with it.</summary>
internal sealed class UpstreamSession(
    UpstreamSlot slot, UpstreamLink pool, UpstreamLink jobDeclarator, int cachedShares, DateTimeOffset startedAt)
{
    /// <summary>Which upstream.</summary>
    public UpstreamSlot Slot { get; } = slot;

    /// <summary>The link to the pool.</summary>
    public UpstreamLink Pool { get; } = pool;

    /// <summary>The link to the job declarator.</summary>
    public UpstreamLink JobDeclarator { get; } = jobDeclarator;

    /// <summary>It was given up; what still refers to it goes nowhere.</summary>
    public bool IsClosed { get; set; }

    /// <summary>The pool accepts no rolled version (REQUIRES_FIXED_VERSION).</summary>
    public bool FixedVersion { get; set; }

    /// <summary>Extensions offered to the pool in the last request.</summary>
    public ImmutableArray<ushort> OfferedExtensions { get; set; } = [];

    /// <summary>Id of the last RequestExtensions; the first is 0, a second attempt 1.</summary>
    public ushort ExtensionsRequest { get; set; }

    /// <summary>Extensions agreed on with the pool.</summary>
    public ImmutableArray<ushort> Extensions { get; set; } = [];

    /// <summary>Whether the pool wants the worker's identity with each share (extension 0x0002).</summary>
    public bool TellsWorkers => Extensions.Contains(ExtensionTypes.WorkerHashrateTracking);

    /// <summary>When its links began to be connected.</summary>
    public DateTimeOffset StartedAt { get; } = startedAt;

    /// <summary>Since when it is being prepared to take the work; null while it waits for its turn, or has the work.</summary>
    public DateTimeOffset? CandidateSince { get; set; }

    /// <summary>Since when both links are set up; null before.</summary>
    public DateTimeOffset? ReadyAt { get; set; }

    /// <summary>Tokens in stock and asked for.</summary>
    public TokenStore Tokens { get; } = new();

    /// <summary>Outputs that the last job pays.</summary>
    public PoolOutputs? PaidOutputs { get; set; }

    /// <summary>Request id of the channel that is being opened.</summary>
    public uint? OpenRequest { get; set; }

    /// <summary>Until when it is waited for.</summary>
    public Deadline? OpenDeadline { get; set; }

    /// <summary>Our channel at the pool.</summary>
    public UpstreamChannel? Channel { get; set; }

    /// <summary>The group that our channel is in; what is said to it is said to us (spec 05, 5.2.3).</summary>
    public uint GroupChannelId { get; set; }

    /// <summary>Jobs of future templates and of the tip, oldest first. Bounded by the templates kept.</summary>
    public List<PooledJob> Jobs { get; } = [];

    /// <summary>
    /// Requests without an answer, by id: the job that was declared or requested. Each has a deadline; bounded by
    /// <see cref="CoreLimits.DeclarationsAwaited"/>.
    /// </summary>
    public Dictionary<uint, PooledJob> Requests { get; } = [];

    /// <summary>Shares that wait for the acknowledgement of their job.</summary>
    public ShareCache Cache { get; } = new(cachedShares);

    /// <summary>When the pool last refused shares without an excuse. Bounded by <see cref="FallbackOptions.RejectedShareLimit"/>.</summary>
    public Queue<DateTimeOffset> Faults { get; } = new();

    /// <summary>Since when it has called jobs of our tip stale without acknowledging one; null while it has not.</summary>
    public DateTimeOffset? StaleSince { get; set; }

    /// <summary>When it was last asked to take a job anew for the sake of a new target.</summary>
    public DateTimeOffset? RenewedAt { get; set; }

    /// <summary>When it may be asked again.</summary>
    public Deadline? RenewDeadline { get; set; }

    /// <summary>The hash rate that the pool was told last.</summary>
    public float ToldHashRate { get; set; }

    /// <summary>When it was told.</summary>
    public DateTimeOffset ToldAt { get; set; }

    /// <summary>When it is told again.</summary>
    public Deadline? TellDeadline { get; set; }

    /// <summary>When what was against its upstream is forgotten.</summary>
    public Deadline? ForgiveDeadline { get; set; }

    /// <summary>It is to be left, as soon as the present event has been handled.</summary>
    public (UpstreamHealth Health, string Reason)? Condemned { get; set; }

    /// <summary>Requests for the present tip that have no answer.</summary>
    public int InFlight
    {
        get
        {
            int count = 0;
            foreach (PooledJob job in Requests.Values)
            {
                if (job.State is PooledJobState.Declaring or PooledJobState.RequestingJob)
                    count++;
            }

            return count;
        }
    }

    /// <summary>The newest job of a template that is on its way or acknowledged.</summary>
    public PooledJob? FindJob(Template template)
    {
        for (int i = Jobs.Count - 1; i >= 0; i--)
        {
            if (Jobs[i] is { Renews: null, State: not (PooledJobState.Dropped or PooledJobState.Superseded) } job
                && job.Template == template)
            {
                return job;
            }
        }

        return null;
    }

    /// <summary>Takes a superseded job up again as the newest one; null when none of the template pays these outputs.</summary>
    public PooledJob? Revive(Template template, PoolOutputs outputs)
    {
        PooledJob? job = Jobs.Find(
            job => job.State == PooledJobState.Superseded && job.Template == template && job.Outputs.Equals(outputs));
        if (job is null)
            return null;
        Jobs.Remove(job);
        Jobs.Add(job);
        job.State = PooledJobState.Waiting;
        return job;
    }

    /// <summary>Ends all waiting.</summary>
    public void Close(Deadlines deadlines)
    {
        IsClosed = true;
        Tokens.Close(deadlines);
        foreach (PooledJob job in Requests.Values.Concat(Jobs))
            deadlines.Cancel(job.Deadline);
        Requests.Clear();
        deadlines.Cancel(Pool.Deadline);
        deadlines.Cancel(JobDeclarator.Deadline);
        deadlines.Cancel(OpenDeadline);
        deadlines.Cancel(TellDeadline);
        deadlines.Cancel(RenewDeadline);
        deadlines.Cancel(ForgiveDeadline);
    }
}
