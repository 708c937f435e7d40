using JdClient.Core;
using JdClient.Downstream;
using Sv2.Protocol;

namespace JdClient.ChannelManager;

/// <summary>
/// Holds acknowledgements of shares back while a found block is being written to disk, so that no miner is told that its block was
/// taken before it would survive a crash. A write takes milliseconds. Written by the actor, opened by the journal; thread-safe.
/// </summary>
internal sealed class AcknowledgementGate(SessionTable sessions, TimeProvider time)
{
    /// <summary>Messages that are held; more open the gate, so that a disk that hangs costs no miner its answers.</summary>
    internal const int Capacity = 4096;

    /// <summary>The same for a disk that hangs while few shares come.</summary>
    internal static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();

    // Guarded by _lock.
    private readonly Queue<(SessionId Session, Sv2Message Message)> _held = new();
    private int _writes;
    private long _closedAt;

    /// <summary>A block is about to be written.</summary>
    internal void Close()
    {
        lock (_lock)
        {
            if (_writes++ == 0)
                _closedAt = time.GetTimestamp();
        }
    }

    /// <summary>A block has been written, or cannot be.</summary>
    internal void Open()
    {
        lock (_lock)
        {
            if (--_writes == 0)
                Release();
        }
    }

    /// <summary>Keeps an acknowledgement for later; false when it may go at once.</summary>
    internal bool TryHold(SessionId session, Sv2Message message)
    {
        lock (_lock)
        {
            if (_writes == 0)
                return false;
            if (_held.Count >= Capacity || time.GetElapsedTime(_closedAt) > LongestWait)
            {
                Release();
                return false;
            }

            _held.Enqueue((session, message));
            return true;
        }
    }

    private void Release()
    {
        while (_held.TryDequeue(out (SessionId Session, Sv2Message Message) held))
            sessions.Send(held.Session, held.Message);
    }
}
