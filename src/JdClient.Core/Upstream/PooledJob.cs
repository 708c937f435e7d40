using Bitcoin;
using JdClient.Core.Engine;
using JdClient.Core.Templates;
using Sv2.Channels;
using Sv2.Protocol.JobDeclaration;

namespace JdClient.Core.Upstream;

/// <summary>How far the pool has taken a job.</summary>
internal enum PooledJobState
{
    /// <summary>Waits for its tip, its transactions, a token or its turn.</summary>
    Waiting,

    /// <summary>DeclareMiningJob is out.</summary>
    Declaring,

    /// <summary>SetCustomMiningJob is out.</summary>
    RequestingJob,

    /// <summary>The pool has committed itself.</summary>
    Acknowledged,

    /// <summary>The pool wants other outputs paid. Taken up again if it wants these again on the same tip.</summary>
    Superseded,

    /// <summary>It came to nothing; an answer that is still due changes that no more.</summary>
    Dropped,
}

/// <summary>A template made into a job for one upstream, on its way through declaration and acknowledgement.</summary>
internal sealed class PooledJob(UpstreamSession session, Template template, PoolOutputs outputs, CoinbaseCut coinbase)
{
    // Blocks come one in ten minutes, unless the network target is a test's; more than this wait for nothing.
    private const int MaxBlocks = 16;

    private readonly List<UpstreamShare> _blocks = [];
    private readonly List<PushSolution> _solutions = [];

    /// <summary>Whom it is for.</summary>
    public UpstreamSession Session { get; } = session;

    /// <summary>What it is made of.</summary>
    public Template Template { get; } = template;

    /// <summary>The outputs it pays; only a token that came with the same can declare it.</summary>
    public PoolOutputs Outputs { get; } = outputs;

    /// <summary>Its coinbase, with the pool's prefix of the time it was made.</summary>
    public CoinbaseCut Coinbase { get; } = coinbase;

    /// <summary>The same job, acknowledged under a former target, that it is to take the place of; null for an ordinary one.</summary>
    public PooledJob? Renews { get; init; }

    /// <summary>How far it is.</summary>
    public PooledJobState State { get; set; }

    /// <summary>Miners have it.</summary>
    public bool Issued { get; set; }

    /// <summary>The job declarator has acknowledged it.</summary>
    public bool Declared { get; set; }

    /// <summary>That it waits for a token was reported.</summary>
    public bool TokenAwaited { get; set; }

    /// <summary>Until then it is not tried again.</summary>
    public DateTimeOffset NotBefore { get; set; }

    /// <summary>Refusals that count: those that are not about the tip.</summary>
    public int Refusals { get; set; }

    /// <summary>How often it was put off.</summary>
    public int Retries { get; set; }

    /// <summary>When the request that is out was sent.</summary>
    public DateTimeOffset SentAt { get; set; }

    /// <summary>Until when its answer is waited for.</summary>
    public Deadline? Deadline { get; set; }

    /// <summary>The pool's id for it, once acknowledged.</summary>
    public uint UpstreamJobId { get; set; }

    /// <summary>The target that the pool had set by then: the job keeps it (spec 05, SetTarget).</summary>
    public U256 UpstreamTarget { get; set; }

    /// <summary>Shares that are blocks and wait for the acknowledgement: never dropped with the tip that they end.</summary>
    public IReadOnlyList<UpstreamShare> Blocks => _blocks;

    /// <summary>Keeps a share that is a block until the job is acknowledged.</summary>
    public void Keep(UpstreamShare share)
    {
        if (_blocks.Count < MaxBlocks)
            _blocks.Add(share);
    }

    /// <summary>Keeps a solution until the declaration is acknowledged.</summary>
    public void Keep(PushSolution solution)
    {
        if (_solutions.Count < MaxBlocks)
            _solutions.Add(solution);
    }

    /// <summary>Takes the blocks out.</summary>
    public IReadOnlyList<UpstreamShare> TakeBlocks()
    {
        UpstreamShare[] blocks = [.. _blocks];
        _blocks.Clear();
        return blocks;
    }

    /// <summary>Takes the solutions out.</summary>
    public IReadOnlyList<PushSolution> TakeSolutions()
    {
        PushSolution[] solutions = [.. _solutions];
        _solutions.Clear();
        return solutions;
    }
}
