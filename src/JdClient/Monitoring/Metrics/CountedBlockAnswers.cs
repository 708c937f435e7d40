using Bitcoin;
using JdClient.Blocks;
using Sv2.Protocol.TemplateDistribution;

namespace JdClient.Monitoring.Metrics;

/// <summary>Counts what is said to found blocks on its way into the journal. Thread-safe.</summary>
/// <param name="journal">Where answers go.</param>
internal sealed class CountedBlockAnswers(IBlockAnswers journal) : IBlockAnswers
{
    private readonly long[] _counts = new long[Enum.GetValues<AnswerKind>().Length];

    /// <summary>How often that has been said.</summary>
    internal long Of(AnswerKind kind) => Volatile.Read(ref _counts[(int)kind]);

    /// <inheritdoc/>
    public void Record(U256 hash, string target, TargetAnswer answer, int attempts)
    {
        Interlocked.Increment(ref _counts[(int)answer.Kind]);
        journal.Record(hash, target, answer, attempts);
    }

    /// <inheritdoc/>
    public void Record(SubmitSolution solution, string target, TargetAnswer answer)
    {
        Interlocked.Increment(ref _counts[(int)answer.Kind]);
        journal.Record(solution, target, answer);
    }
}
