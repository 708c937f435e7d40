using System.Collections.Immutable;
using Bitcoin;
using JdClient.Core;
using JdClient.Logging;
using JdClient.TaskManager;
using Microsoft.Extensions.Logging;

namespace JdClient.Blocks;

/// <summary>
/// Sends every found block whole to every node that takes one (design §7), each on a task of its own, until it has a definite answer.
/// It goes beside what the channel manager sends and never holds it up.
/// </summary>
internal sealed class BlockPublisher : IDisposable
{
    private readonly ImmutableArray<(IBlockTarget Target, TargetQueue Queue)> _targets;
    private readonly ILogger<BlockPublisher> _log;
    private readonly CancellationTokenSource _givenUp;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;

    /// <param name="targets">The nodes.</param>
    /// <param name="answers">Takes down what they say.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where results are told.</param>
    public BlockPublisher(IEnumerable<IBlockTarget> targets, IBlockAnswers answers, TimeProvider time, ILogger<BlockPublisher> log)
    {
        _log = log;
        _targets = [.. targets.Select(target => (target, new TargetQueue(target, answers, time, log)))];
        TargetNames = [.. _targets.Select(static target => target.Target.Name)];
        _givenUp = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _running = _targets.Length;
        if (_running == 0)
            _ended.SetResult();
    }

    /// <summary>The nodes' names, by which their answers are recorded.</summary>
    internal ImmutableArray<string> TargetNames { get; }

    /// <summary>Completes when no block is sent any more, after <see cref="Complete"/>.</summary>
    internal Task Ended => _ended.Task;

    /// <summary>Queues a found block for every target. Never waits. Ignored while its transactions are not known.</summary>
    internal void Publish(FoundBlock block)
    {
        if (!_targets.IsEmpty && WholeBlock.Of(block) is { } whole)
            Publish(whole);
    }

    /// <summary>Queues a whole block for every target. Never waits.</summary>
    internal void Publish(WholeBlock block)
    {
        foreach ((_, TargetQueue queue) in _targets)
            queue.Add(block);
    }

    /// <summary>Looks out for nodes that come back.</summary>
    internal void Observe(CoreReport report)
    {
        if (report is not CoreReport.ProviderChanged { State: ProviderState.Connected })
            return;
        foreach ((_, TargetQueue queue) in _targets)
            queue.Retry();
    }

    /// <summary>Nobody needs the block any more.</summary>
    internal void Forget(U256 hash)
    {
        foreach ((_, TargetQueue queue) in _targets)
            queue.Forget(hash);
    }

    /// <summary>The chain has gone on without the block: others come first.</summary>
    internal void Defer(U256 hash)
    {
        foreach ((_, TargetQueue queue) in _targets)
            queue.Defer(hash);
    }

    /// <summary>Starts one task for each target.</summary>
    internal void Start(TaskSupervisor supervisor)
    {
        foreach ((IBlockTarget target, TargetQueue queue) in _targets)
        {
            supervisor.Start($"blocks to {target.Name}", FaultAction.Log, _ => RunAsync(queue));
            supervisor.Start($"look at {target.Name}", FaultAction.Log, target.CheckAsync);
        }
    }

    /// <summary>No more is published. What has not been sent once still is, within the time given; the rest is on disk.</summary>
    internal void Complete(TimeSpan within)
    {
        _givenUp.CancelAfter(within);
        foreach ((_, TargetQueue queue) in _targets)
            queue.Complete();
    }

    /// <summary>Sends until <see cref="Complete"/>, without a supervisor; for the command line.</summary>
    internal Task RunAllAsync() => Task.WhenAll(_targets.Select(target => RunAsync(target.Queue)));

    /// <inheritdoc/>
    public void Dispose() => _givenUp.Dispose();

    // Not cancelled by the daemon's stop, which ends it by Complete: a block of the last moment goes out all the same.
    private async Task RunAsync(TargetQueue queue)
    {
        try
        {
            await queue.RunAsync(_givenUp.Token);
        }
        catch (OperationCanceledException) when (_givenUp.IsCancellationRequested)
        {
            _log.PublishingGivenUp();
        }
        finally
        {
            if (Interlocked.Decrement(ref _running) == 0)
                _ended.TrySetResult();
        }
    }
}
