using Sv2.Protocol.TemplateDistribution;
using Testbed.Consensus;
using Testbed.Nodes;
using Template = Testbed.TemplateProviders.Template;

namespace Testbed.BitcoinCore;

/// <summary>What the interfaces of every generation are served from. Thread-safe.</summary>
internal sealed class NodeState(Chain chain, BitcoinCoreNodeOptions options, TimeProvider time)
{
    private const int MaxWeight = 4_000_000;
    private const ulong FixedWeight = 1168;
    private long _nextId;
    private int _liveTemplates;
    private volatile bool _downloading;
    private volatile bool _silent;

    internal event Action<U256, BlockOutcome>? SolutionJudged;

    internal Chain Chain => chain;

    internal TimeProvider Time => time;

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

    internal int LiveTemplates => Volatile.Read(ref _liveTemplates);

    internal ServedTemplate NewTemplate(ulong reservedWeight)
    {
        (Tip tip, var transactions, ulong value) = chain.Assemble(MaxWeight - (int)Math.Min(reservedWeight, MaxWeight));
        Template template = Template.Create(
            (ulong)Interlocked.Increment(ref _nextId), false, options.Version, tip.Height + 1, transactions, value,
            (uint)((reservedWeight - Math.Min(reservedWeight, FixedWeight)) / 4));
        template.Tip = tip;
        template.HeaderTimestamp = Math.Max(tip.MinTime, (uint)time.GetUtcNow().ToUnixTimeSeconds());
        Interlocked.Increment(ref _liveTemplates);
        return new ServedTemplate(this, template, reservedWeight);
    }

    internal void Destroyed() => Interlocked.Decrement(ref _liveTemplates);

    internal BlockOutcome Judge(Template template, SubmitSolution solution)
    {
        (Block? block, string? broken) = template.Complete(solution);
        BlockOutcome outcome = block is null || broken is not null
            ? new BlockOutcome(BlockStatus.Invalid, broken)
            : chain.SubmitBlock(block);
        SolutionJudged?.Invoke(block?.Hash ?? U256.Zero, outcome);
        return outcome;
    }

    internal BlockOutcome Judge(ReadOnlyMemory<byte> bytes)
    {
        Block? block = Block.TryParse(bytes);
        BlockOutcome outcome = block is null ? new BlockOutcome(BlockStatus.Invalid, "block-decode-failed") : chain.SubmitBlock(block);
        SolutionJudged?.Invoke(block?.Hash ?? U256.Zero, outcome);
        return outcome;
    }

    /// <summary>Never ends while the node is silent.</summary>
    internal Task AnswerAsync(CancellationToken cancellationToken) =>
        Silent ? Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken) : Task.CompletedTask;
}
