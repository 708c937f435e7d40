using System.Threading.Channels;
using Bitcoin;
using JdClient.Logging;
using Microsoft.Extensions.Logging;

namespace JdClient.Blocks;

/// <summary>
/// The blocks that one target has not answered for, and the task that sends them, one after the other, until each has a definite
/// answer or is forgotten. Members may be called from any thread; only <see cref="RunAsync"/> waits.
/// </summary>
internal sealed class TargetQueue(IBlockTarget target, IBlockAnswers answers, TimeProvider time, ILogger log)
{
    /// <summary>
    /// Blocks that wait for a target. Only a target that is away for long gets there; the oldest deferred one makes room, else the new
    /// one finds none. What has no room is on disk and goes there after a restart.
    /// </summary>
    internal const int Capacity = 64;

    /// <summary>Answered blocks that are remembered, so that none is sent again when it comes a second time.</summary>
    private const int Remembered = 1024;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan DeferredPause = TimeSpan.FromMinutes(1);

    private readonly Channel<bool> _changed =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite });

    private readonly Lock _lock = new();

    // Guarded by _lock: oldest first, and the hashes that need nothing more.
    private readonly List<Waiting> _waiting = [];
    private readonly OrderedDictionary<U256, bool> _done = [];
    private bool _complete;

    private sealed class Waiting(WholeBlock block)
    {
        internal WholeBlock Block => block;

        internal int Attempts { get; set; }

        internal DateTimeOffset DueAt { get; set; }

        internal bool IsDeferred { get; set; }

        internal string LastDetail { get; set; } = "";
    }

    /// <summary>Queues a block; a second time it is ignored.</summary>
    internal void Add(WholeBlock block)
    {
        WholeBlock? without = null;
        lock (_lock)
        {
            if (_done.ContainsKey(block.Hash) || _waiting.Exists(waiting => waiting.Block.Hash == block.Hash))
                return;
            if (_waiting.Count >= Capacity)
                without = _waiting.Find(static waiting => waiting.IsDeferred)?.Block ?? block;
            if (without != block)
            {
                _waiting.RemoveAll(waiting => waiting.Block == without);
                _waiting.Add(new Waiting(block));
            }
        }

        if (without is not null)
            log.TargetQueueFull(without.Hash.ToString(), target.Name, Capacity);
        Signal();
    }

    /// <summary>From now on the block is sent after the others, at longer pauses.</summary>
    internal void Defer(U256 hash)
    {
        lock (_lock)
        {
            if (_waiting.Find(waiting => waiting.Block.Hash == hash) is { } late)
                late.IsDeferred = true;
        }
    }

    /// <summary>The block needs nothing more: it is in the chain, or too late.</summary>
    internal void Forget(U256 hash)
    {
        lock (_lock)
            Done(hash);
    }

    /// <summary>Tries at once what waits for its next attempt: something that was away is back.</summary>
    internal void Retry()
    {
        lock (_lock)
        {
            foreach (Waiting waiting in _waiting)
                waiting.DueAt = default;
        }

        Signal();
    }

    /// <summary>No more is queued; what has not been sent once still is, then <see cref="RunAsync"/> ends.</summary>
    internal void Complete()
    {
        lock (_lock)
            _complete = true;
        Signal();
    }

    /// <summary>Sends until <see cref="Complete"/>.</summary>
    internal async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            TimeSpan? wait = Next(out Waiting? next);
            if (next is not null)
                await SendAsync(next, stopping);
            else if (wait is null)
                return;
            else
                await WaitAsync(wait.Value, stopping);
        }
    }

    // What to send now, or how long to wait for it; null for neither, when all is done.
    private TimeSpan? Next(out Waiting? next)
    {
        DateTimeOffset now = time.GetUtcNow();
        lock (_lock)
        {
            next = _waiting
                .Where(waiting => _complete ? waiting.Attempts == 0 : waiting.DueAt <= now)
                .MinBy(static waiting => waiting.IsDeferred);
            if (next is not null)
                return TimeSpan.Zero;
            if (_complete)
                return null;
            return _waiting.Count == 0 ? Timeout.InfiniteTimeSpan : _waiting.Min(waiting => waiting.DueAt) - now;
        }
    }

    private async Task SendAsync(Waiting waiting, CancellationToken stopping)
    {
        waiting.Attempts++;
        TargetAnswer answer = await target.SubmitAsync(waiting.Block, stopping);
        string hash = waiting.Block.Hash.ToString();
        string detail = $"{answer.Kind}: {answer.Detail}";

        // A target that is away says the same at each attempt; once is enough.
        if (detail != waiting.LastDetail)
        {
            waiting.LastDetail = detail;
            Tell(hash, answer);
            answers.Record(waiting.Block.Hash, target.Name, answer, waiting.Attempts);
        }

        lock (_lock)
        {
            if (answer.IsFinal)
                Done(waiting.Block.Hash);
            else
                waiting.DueAt = time.GetUtcNow() + PauseAfter(answer.Kind, waiting);
        }
    }

    private void Tell(string hash, TargetAnswer answer)
    {
        switch (answer.Kind)
        {
            case AnswerKind.Rejected:
                log.BlockRefused(hash, target.Name, answer.Detail);
                break;
            case AnswerKind.Unsupported:
                log.TargetTakesNoBlocks(hash, target.Name, answer.Detail);
                break;
            case AnswerKind.Failed:
                log.BlockNotSubmitted(hash, target.Name, answer.Detail);
                break;
            default:
                log.BlockSubmitted(hash, target.Name, answer.ToString());
                break;
        }
    }

    private static TimeSpan PauseAfter(AnswerKind kind, Waiting waiting)
    {
        if (waiting.IsDeferred)
            return DeferredPause;
        if (kind == AnswerKind.Unsupported)
            return LongestPause;
        TimeSpan pause = FirstPause * Math.Pow(2, Math.Min(waiting.Attempts - 1, 10));
        return pause < LongestPause ? pause : LongestPause;
    }

    private void Done(U256 hash)
    {
        _waiting.RemoveAll(waiting => waiting.Block.Hash == hash);
        if (_done.Count >= Remembered)
            _done.RemoveAt(0);
        _done.TryAdd(hash, true);
    }

    private void Signal()
    {
        // A signal that waits says it all.
        _ = _changed.Writer.TryWrite(true);
    }

    private async Task WaitAsync(TimeSpan wait, CancellationToken stopping)
    {
        using var timer = new CancellationTokenSource(wait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, stopping);
        try
        {
            await _changed.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            // An attempt is due.
        }
    }
}
