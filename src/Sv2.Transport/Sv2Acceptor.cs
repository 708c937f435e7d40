using System.Net;
using System.Net.Sockets;
using Sv2.Transport.Internal;

namespace Sv2.Transport;

/// <summary>Makes connections of accepted sockets.</summary>
public static class Sv2Acceptor
{
    /// <summary>
    /// Runs the server's side of the handshake. Takes the socket over: it is closed unless a connection comes back. Costs about
    /// a millisecond of CPU when encrypted; how many run at once is the caller's to limit.
    /// </summary>
    /// <param name="socket">The accepted socket.</param>
    /// <param name="security">How we prove who we are.</param>
    /// <param name="options">Limits and deadlines.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="client">The client's address where a proxy stands between us and told it; null: the socket's.</param>
    public static async Task<ConnectResult> HandshakeAsync(
        Socket socket,
        ServerSecurity security,
        ConnectionOptions options,
        CancellationToken cancellationToken,
        EndPoint? client = null)
    {
        using var deadline = new HandshakeDeadline(options);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        EndPoint? remote = null;
        ConnectFailure failure;
        try
        {
            remote = client ?? socket.RemoteEndPoint;
            SocketSetup.Configure(socket, options);
            if (security is ServerSecurity.Encrypted encrypted)
            {
                HandshakeResult result = await Handshake.RespondAsync(socket, encrypted.Identity, options, deadline, both.Token);
                if (result.Session is not null)
                    return ConnectResult.Connected(SocketSetup.Connection(socket, remote, result.Session, options));
                failure = result.Failure!;
            }
            else if (client is null && SocketSetup.IsLocal(remote))
            {
                return ConnectResult.Connected(SocketSetup.Connection(socket, remote, null, options));
            }
            else
            {
                failure = new ConnectFailure(ConnectFailureReason.PlaintextNotLocal, "plaintext is served to this host only");
            }
        }
        catch (OperationCanceledException)
        {
            failure = cancellationToken.IsCancellationRequested
                ? new ConnectFailure(ConnectFailureReason.Cancelled, "stopping")
                : HandshakeTimedOut(options);
        }
        catch (SocketException error)
        {
            failure = new ConnectFailure(ConnectFailureReason.HandshakeAborted, error.Message);
        }

        socket.Dispose();
        return ConnectResult.Failed(failure.Reason, remote is null ? failure.Detail : $"{remote}: {failure.Detail}");
    }

    internal static ConnectFailure HandshakeTimedOut(ConnectionOptions options) => new(
        ConnectFailureReason.HandshakeTimedOut,
        $"the handshake was not complete within {options.HandshakeTimeout.TotalSeconds} s");
}
