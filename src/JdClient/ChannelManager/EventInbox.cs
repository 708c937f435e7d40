using System.Threading.Channels;
using JdClient.Core;

namespace JdClient.ChannelManager;

/// <summary>
/// The channel manager's queue, bounded, with two lanes: what comes from pools, job declarators and template providers
/// overtakes what comes from miners, so that a new tip does not wait behind a flood of shares. Order is kept within a
/// lane, hence for each peer. Many writers, one reader.
/// </summary>
/// <param name="capacity">Events that each lane holds; a writer waits when its lane is full.</param>
/// <param name="time">The clock of <see cref="TakenPostedAt"/>.</param>
internal sealed class EventInbox(int capacity, TimeProvider time) : IEventSink
{
    /// <summary>Events taken from the urgent lane in a row before the other lane gets its turn.</summary>
    internal const int UrgentBurst = 64;

    private readonly Channel<(CoreEvent Event, long PostedAt)> _urgent = Create(capacity);
    private readonly Channel<(CoreEvent Event, long PostedAt)> _normal = Create(capacity);

    // Completes when the reader has ended: what then still comes is dropped.
    private readonly TaskCompletionSource _discarding = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly object _gate = new();

    // 1: a signal that the reader has not seen; a second one says nothing that the first does not, and needs no lock.
    private int _signalled;

    // The reader's.
    private int _urgentInRow;

    /// <summary>Events waiting in both lanes.</summary>
    internal int Count => _urgent.Reader.Count + _normal.Reader.Count;

    /// <summary>Whether it is closed and everything in it was taken.</summary>
    internal bool IsDrained => _urgent.Reader.Completion.IsCompleted && _normal.Reader.Completion.IsCompleted;

    /// <summary>
    /// Takes no more: writers wait, so their peers are held back, until <see cref="Discard"/>. What is in it can still be taken.
    /// </summary>
    internal void Close()
    {
        _urgent.Writer.TryComplete();
        _normal.Writer.TryComplete();
        Wake();
    }

    /// <summary>Nobody takes any more: writers go on, and what they bring is dropped.</summary>
    internal void Discard() => _discarding.TrySetResult();

    /// <summary>When the event that was taken last was posted, a timestamp of the clock. Reader only.</summary>
    internal long TakenPostedAt { get; private set; }

    /// <inheritdoc/>
    public ValueTask PostAsync(CoreEvent coreEvent, CancellationToken cancellationToken)
    {
        Channel<(CoreEvent, long)> lane = IsUrgent(coreEvent) ? _urgent : _normal;
        (CoreEvent, long) entry = (coreEvent, time.GetTimestamp());
        if (!lane.Writer.TryWrite(entry))
            return WaitAndPostAsync(lane, entry, cancellationToken);
        Wake();
        return ValueTask.CompletedTask;
    }

    /// <summary>Lets the reader look again; for timers.</summary>
    internal void Wake()
    {
        if (Interlocked.Exchange(ref _signalled, 1) != 0)
            return;
        lock (_gate)
            Monitor.Pulse(_gate);
    }

    /// <summary>The next event, urgent ones first. Reader only.</summary>
    internal bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out CoreEvent? coreEvent)
    {
        if (_urgentInRow < UrgentBurst && TryTake(_urgent, out coreEvent))
        {
            _urgentInRow++;
            return true;
        }

        _urgentInRow = 0;
        return TryTake(_normal, out coreEvent) || TryTake(_urgent, out coreEvent);
    }

    private bool TryTake(
        Channel<(CoreEvent Event, long PostedAt)> lane, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out CoreEvent? coreEvent)
    {
        bool taken = lane.Reader.TryRead(out (CoreEvent Event, long PostedAt) entry);
        coreEvent = taken ? entry.Event : null;
        TakenPostedAt = entry.PostedAt;
        return taken;
    }

    /// <summary>
    /// Blocks until there may be something to take, or <see cref="Wake"/> was called. Reader only, on its own thread.
    /// </summary>
    internal void Wait()
    {
        while (Interlocked.Exchange(ref _signalled, 0) == 0)
        {
            lock (_gate)
            {
                if (Volatile.Read(ref _signalled) == 0)
                    Monitor.Wait(_gate);
            }
        }
    }

    private static bool IsUrgent(CoreEvent coreEvent) =>
        coreEvent is CoreEvent.LinkMessage or CoreEvent.LinkConnected or CoreEvent.LinkClosed or CoreEvent.UnconfirmedBlock;

    private static Channel<(CoreEvent, long)> Create(int capacity) =>
        Channel.CreateBounded<(CoreEvent, long)>(
            new BoundedChannelOptions(capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private async ValueTask WaitAndPostAsync(Channel<(CoreEvent, long)> lane, (CoreEvent, long) entry, CancellationToken cancellationToken)
    {
        try
        {
            await lane.Writer.WriteAsync(entry, cancellationToken);
            Wake();
        }
        catch (ChannelClosedException)
        {
            await _discarding.Task.WaitAsync(cancellationToken);
        }
    }
}
