using Sv2.Protocol.TemplateDistribution;
using Testbed.Consensus;
using Testbed.Nodes;
using Testbed.TemplateProviders;
using Template = Testbed.TemplateProviders.Template;

namespace Testbed.BitcoinCore;

/// <summary>What the interfaces of every generation are served from. Thread-safe.</summary>
internal sealed class NodeState(Chain chain, BitcoinCoreNodeOptions options, TimeProvider time)
{
    private const int MaxWeight = 4_000_000;
    private const ulong FixedWeight = 1168;
    private readonly Lock _lock = new();
    private TemplateProviderCounters _counters = new();
    private long _nextId;
    private int _liveTemplates;
    private volatile bool _downloading;
    private volatile bool _silent;

    internal event Action<U256, BlockOutcome>? SolutionJudged;

    internal Chain Chain => chain;

    internal TimeProvider Time => time;

    internal bool CanInterruptWaits => options.CanInterruptWaits;

    /// <summary>Whether it says that it is in its initial block download.</summary>
    internal bool Downloading
    {
        get => _downloading;
        set => _downloading = value;
    }

    /// <summary>Whether it leaves every call without an answer.</summary>
    internal bool Silent
    {
        get => _silent;
        set => _silent = value;
    }

    internal TemplateProviderCounters Counters
    {
        get
        {
            lock (_lock)
                return _counters;
        }
    }

    internal int LiveTemplates => Volatile.Read(ref _liveTemplates);

    internal ServedTemplate NewTemplate(ulong reservedWeight)
    {
        (Tip tip, var transactions, ulong value) = chain.Assemble(MaxWeight - (int)Math.Min(reservedWeight, MaxWeight));
        Template template = Template.Create(
            (ulong)Interlocked.Increment(ref _nextId), false, options.Version, tip.Height + 1, transactions, value,
            (uint)((reservedWeight - Math.Min(reservedWeight, FixedWeight)) / 4));
        template.Tip = tip;
        // A client that keeps the time of its tip's first template is right: the node only asks for the median's.
        template.HeaderTimestamp = tip.MinTime;
        uint headerTime = Math.Max(tip.MinTime, (uint)time.GetUtcNow().ToUnixTimeSeconds());
        Interlocked.Increment(ref _liveTemplates);
        Count(counters => counters with { Templates = counters.Templates + 1 });
        return new ServedTemplate(this, template, reservedWeight, headerTime);
    }

    internal void Destroyed() => Interlocked.Decrement(ref _liveTemplates);

    internal BlockOutcome Judge(Template template, SubmitSolution solution)
    {
        (Block? block, string? broken) = template.Complete(solution);
        BlockOutcome outcome = block is null || broken is not null
            ? new BlockOutcome(BlockStatus.Invalid, broken)
            : chain.SubmitBlock(block);
        return Judged(block, outcome);
    }

    internal BlockOutcome Judge(ReadOnlyMemory<byte> bytes)
    {
        Block? block = Block.TryParse(bytes);
        BlockOutcome outcome = block is null ? new BlockOutcome(BlockStatus.Invalid, "block-decode-failed") : chain.SubmitBlock(block);
        return Judged(block, outcome);
    }

    internal void Count(Func<TemplateProviderCounters, TemplateProviderCounters> change)
    {
        lock (_lock)
            _counters = change(_counters);
    }

    /// <summary>Never ends while the node is silent.</summary>
    internal Task AnswerAsync(CancellationToken cancellationToken) =>
        Silent ? Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken) : Task.CompletedTask;

    private BlockOutcome Judged(Block? block, BlockOutcome outcome)
    {
        Count(counters => counters with { Solutions = counters.Solutions + 1 });
        Count(counters => outcome.Status switch
        {
            BlockStatus.Accepted => counters with { BlocksAccepted = counters.BlocksAccepted + 1 },
            BlockStatus.Duplicate => counters with { BlocksDuplicate = counters.BlocksDuplicate + 1 },
            BlockStatus.Stale => counters with { BlocksStale = counters.BlocksStale + 1 },
            _ => counters with { Refusals = counters.Refusals.Add(outcome.Reason ?? "") },
        });
        SolutionJudged?.Invoke(block?.Hash ?? U256.Zero, outcome);
        return outcome;
    }
}
