using Sv2.Protocol;
using Sv2.Transport;

namespace Testbed.Net;

/// <summary>A peer behind a socket. It can be held, as if its process were stopped (SIGSTOP): it neither reads nor writes.</summary>
internal sealed class ConnectionPeer(Sv2Connection connection) : IPeer
{
    private const int MaxHeld = 10_000;

    private readonly Lock _lock = new();
    private readonly Queue<Sv2Message> _held = new();
    private TaskCompletionSource? _hold;

    public string Name { get; } = connection.RemoteEndPoint?.ToString() ?? "?";

    public void Send(Sv2Message message)
    {
        bool taken;
        lock (_lock)
        {
            taken = _hold is null ? connection.TrySend(message) : _held.Count < MaxHeld;
            if (_hold is not null && taken)
                _held.Enqueue(message);
        }

        if (!taken)
            Overflow();
    }

    public void Close(string reason) => connection.CloseAfterFlush(ConnectionEndReason.NoLongerNeeded, reason);

    public void Cut() => connection.Close(ConnectionEndReason.NoLongerNeeded, "cut");

    /// <summary>Reads and writes nothing from now on.</summary>
    public void Hold()
    {
        lock (_lock)
            _hold ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Goes on where it was held.</summary>
    public void Release()
    {
        TaskCompletionSource? hold;
        bool taken = true;
        lock (_lock)
        {
            (hold, _hold) = (_hold, null);
            while (_held.TryDequeue(out Sv2Message? message))
                taken &= connection.TrySend(message);
        }

        if (!taken)
            Overflow();
        hold?.SetResult();
    }

    /// <summary>Feeds the session until the connection ends.</summary>
    public async Task<string> RunAsync(Session session, CancellationToken cancellationToken)
    {
        session.Peer = this;
        ConnectionEnd end = await connection.RunAsync(
            async (inbound, token) =>
            {
                if (Held() is { } held)
                    await held.WaitAsync(token);
                if (inbound.Message is { } message)
                    session.OnMessage(message);
            },
            cancellationToken);
        string reason = end.Exception is null ? end.ToString() : $"{end} {end.Exception}";
        session.OnEnded(reason);
        return reason;
    }

    private Task? Held()
    {
        lock (_lock)
            return _hold?.Task;
    }

    private void Overflow() => connection.Close(ConnectionEndReason.SlowConsumer, "the outbox is full");
}
