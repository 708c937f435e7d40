using System.Collections.Concurrent;
using JdClient.Core;
using Sv2.Protocol;
using Sv2.Transport;

namespace JdClient.Downstream;

/// <summary>A miner's connection.</summary>
/// <param name="Id">Never used again within the process.</param>
/// <param name="Peer">Address and port, for people.</param>
/// <param name="Connection">Its socket and cipher; queues may be written from any thread.</param>
/// <param name="Rate">How fast it may send; its read loop's.</param>
internal sealed record DownstreamSession(SessionId Id, string Peer, Sv2Connection Connection, MessageRate Rate)
{
    /// <summary>Whether messages wait for the actor to let them out; the actor's.</summary>
    internal bool AwaitsFlush { get; set; }
}

/// <summary>The miners' connections by id. Written by the sessions' tasks, read by the actor; thread-safe.</summary>
internal sealed class SessionTable
{
    private readonly ConcurrentDictionary<SessionId, DownstreamSession> _sessions = new();
    private readonly TaskCompletionSource _emptied = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _lastId;
    private string? _closing;

    /// <summary>Connections past their handshake.</summary>
    internal int Count => _sessions.Count;

    internal DownstreamSession Add(string peer, Sv2Connection connection, MessageRate rate)
    {
        var session = new DownstreamSession(new SessionId(Interlocked.Increment(ref _lastId)), peer, connection, rate);
        _sessions[session.Id] = session;
        if (Volatile.Read(ref _closing) is { } reason)
            Close(session, reason);
        return session;
    }

    internal DownstreamSession? Find(SessionId id) => _sessions.GetValueOrDefault(id);

    /// <summary>Queues a message; a full queue ends the session. A session that has just ended takes nothing more.</summary>
    internal void Send(SessionId id, Sv2Message message, long cause = 0) => Queue(id, message, cause)?.Connection.Flush();

    /// <summary>The same, but the caller is to flush the connection of the session that comes back, soon.</summary>
    internal DownstreamSession? Queue(SessionId id, Sv2Message message, long cause)
    {
        if (Find(id) is not { } found)
            return null;
        if (found.Connection.TryQueue(message, cause))
            return found;
        if (found.Connection.End is null)
            found.Connection.Close(ConnectionEndReason.SlowConsumer, "it does not read what it is sent");
        return null;
    }

    internal void Remove(SessionId id)
    {
        _sessions.TryRemove(id, out _);
        if (Volatile.Read(ref _closing) is not null && _sessions.IsEmpty)
            _emptied.TrySetResult();
    }

    /// <summary>
    /// Ends every session, and those that still come, after what is queued was written; completes when there is none.
    /// </summary>
    internal Task CloseAllAsync(string reason)
    {
        Volatile.Write(ref _closing, reason);
        foreach (DownstreamSession session in _sessions.Values)
            Close(session, reason);
        if (_sessions.IsEmpty)
            _emptied.TrySetResult();
        return _emptied.Task;
    }

    private static void Close(DownstreamSession session, string reason) =>
        session.Connection.CloseAfterFlush(ConnectionEndReason.Shutdown, reason);
}
