using Sv2.Protocol;
using Sv2.Transport;

namespace Testbed.Net;

/// <summary>How a client reaches a server.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Port">TCP port.</param>
/// <param name="AuthorityKey">The server's authority, x-only; null trusts whoever answers.</param>
/// <param name="Plaintext">No encryption.</param>
public sealed record ServerAddress(string Host, int Port, ReadOnlyMemory<byte>? AuthorityKey, bool Plaintext = false)
{
    internal ClientSecurity Security => Plaintext
        ? new ClientSecurity.Plaintext()
        : AuthorityKey is { } key ? new ClientSecurity.Authenticated(key) : new ClientSecurity.Unauthenticated();
}

/// <summary>Connects and runs one session.</summary>
public static class RoleClient
{
    /// <summary>Runs a session until its connection ends. The result says how it ended, or why there was none.</summary>
    public static async Task<(bool Connected, string Ending)> RunAsync(
        ServerAddress server, PeerRole peer, Session session, TimeProvider time, CancellationToken cancellationToken)
    {
        var options = new ConnectionOptions { Peer = peer, TimeProvider = time, FirstMessageTimeout = Timeout.InfiniteTimeSpan };
        ConnectResult result = await Sv2Connector.ConnectAsync(server.Host, server.Port, server.Security, options, cancellationToken);
        if (!result.IsConnected)
            return (false, result.Failure.ToString());
        await using Sv2Connection connection = result.Connection;
        var link = new ConnectionPeer(connection);
        session.Peer = link;
        session.OnConnected();
        return (true, await link.RunAsync(session, cancellationToken));
    }
}
