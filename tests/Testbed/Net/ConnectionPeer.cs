using Sv2.Protocol;
using Sv2.Transport;

namespace Testbed.Net;

/// <summary>A peer behind a socket.</summary>
internal sealed class ConnectionPeer(Sv2Connection connection) : IPeer
{
    public string Name { get; } = connection.RemoteEndPoint?.ToString() ?? "?";

    public void Send(Sv2Message message)
    {
        if (!connection.TrySend(message))
            connection.Close(ConnectionEndReason.SlowConsumer, "the outbox is full");
    }

    public void Close(string reason) => connection.CloseAfterFlush(ConnectionEndReason.NoLongerNeeded, reason);

    public void Cut() => connection.Close(ConnectionEndReason.NoLongerNeeded, "cut");

    /// <summary>Feeds the session until the connection ends.</summary>
    public async Task<string> RunAsync(Session session, CancellationToken cancellationToken)
    {
        session.Peer = this;
        ConnectionEnd end = await connection.RunAsync(
            (inbound, _) =>
            {
                if (inbound.Message is { } message)
                    session.OnMessage(message);
                return ValueTask.CompletedTask;
            },
            cancellationToken);
        string reason = end.Exception is null ? end.ToString() : $"{end} {end.Exception}";
        session.OnEnded(reason);
        return reason;
    }
}
