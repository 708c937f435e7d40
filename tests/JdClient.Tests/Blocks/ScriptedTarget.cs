using System.Collections.Concurrent;
using JdClient.Blocks;

namespace JdClient.Tests.Blocks;

/// <summary>A node that answers as a test says, in turn; the last answer stays.</summary>
internal sealed class ScriptedTarget(params TargetAnswer[] answers) : IBlockTarget
{
    private readonly ConcurrentQueue<WholeBlock> _submitted = new();
    private readonly ConcurrentQueue<TargetAnswer> _answers = new(answers);
    private TargetAnswer _last = new(AnswerKind.Accepted, "");

    public string Name { get; init; } = "target";

    internal IReadOnlyList<WholeBlock> Submitted => [.. _submitted];

    /// <summary>Raised at each submission, before its answer.</summary>
    internal event Action? Asked;

    public Task CheckAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<TargetAnswer> SubmitAsync(WholeBlock block, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _submitted.Enqueue(block);
        Asked?.Invoke();
        if (_answers.TryDequeue(out TargetAnswer answer))
            _last = answer;
        return Task.FromResult(_last);
    }
}
