using System.Threading.Tasks.Sources;
using Sv2.Protocol;

namespace Sv2.Transport.Internal;

/// <summary>A message on its way out.</summary>
/// <param name="Message">What is sent.</param>
/// <param name="Cause">When that happened of which it tells; 0 when that is not timed.</param>
internal readonly record struct Outgoing(Sv2Message Message, long Cause);

/// <summary>
/// What waits for the write loop, bounded. To add is one thing and to wake the loop another: who adds several messages in a
/// row wakes it once, and they leave in one write. Any thread may add and wake; the write loop alone takes and waits.
/// </summary>
internal sealed class Outbox(int capacity) : IValueTaskSource<bool>
{
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private readonly Queue<Outgoing> _queue = new();
    private bool _waiting;
    private bool _completed;

    // Belongs to whoever has changed _waiting last: the write loop that begins to wait, or who takes that back and wakes it.
    private ManualResetValueTaskSourceCore<bool> _wait = new() { RunContinuationsAsynchronously = true };

    internal int Count
    {
        get
        {
            lock (_lock)
                return _queue.Count;
        }
    }

    /// <summary>Adds a message without waking the write loop; false when it is full or complete.</summary>
    internal bool TryAdd(Outgoing message)
    {
        lock (_lock)
        {
            if (_completed || _queue.Count >= capacity)
                return false;
            _queue.Enqueue(message);
            return true;
        }
    }

    /// <summary>Wakes the write loop if it waits and there is something to take.</summary>
    internal void Wake()
    {
        lock (_lock)
        {
            if (!_waiting || _queue.Count == 0)
                return;
            _waiting = false;
        }

        _wait.SetResult(true);
    }

    /// <summary>Takes no more; what is in it can still be taken.</summary>
    internal void Complete()
    {
        bool isEmpty;
        lock (_lock)
        {
            _completed = true;
            if (!_waiting)
                return;
            _waiting = false;
            isEmpty = _queue.Count == 0;
        }

        _wait.SetResult(!isEmpty);
    }

    /// <summary>The next message. Write loop only.</summary>
    internal bool TryTake(out Outgoing message)
    {
        lock (_lock)
            return _queue.TryDequeue(out message);
    }

    /// <summary>
    /// Waits until there is something to take and <see cref="Wake"/> was called; false when it is complete and empty. What is
    /// there already is not waited for. Write loop only.
    /// </summary>
    internal ValueTask<bool> WaitAsync()
    {
        lock (_lock)
        {
            if (_queue.Count > 0 || _completed)
                return ValueTask.FromResult(_queue.Count > 0);
            _wait.Reset();
            _waiting = true;
            return new ValueTask<bool>(this, _wait.Version);
        }
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _wait.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _wait.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);
}
