using System.Net;
using System.Net.Sockets;
using Sv2.Transport.Internal;

namespace Sv2.Transport;

/// <summary>Makes connections to servers.</summary>
public static class Sv2Connector
{
    private const int MaxAddresses = 16;

    /// <summary>
    /// Resolves the name, tries its addresses of both families (each a moment after the one before, as in RFC 8305) until one
    /// answers and completes the handshake. Never faults for what network or peer do: that is the result.
    /// </summary>
    /// <param name="host">A name or an address.</param>
    /// <param name="port">TCP port.</param>
    /// <param name="security">How the server proves who it is.</param>
    /// <param name="options">Limits and deadlines.</param>
    /// <param name="cancellationToken">Gives up the attempt.</param>
    public static async Task<ConnectResult> ConnectAsync(
        string host, int port, ClientSecurity security, ConnectionOptions options, CancellationToken cancellationToken)
    {
        IPAddress[] addresses;
        try
        {
            addresses = await ResolveAsync(host, options, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return cancellationToken.IsCancellationRequested
                ? Cancelled()
                : ConnectResult.Failed(ConnectFailureReason.NameResolutionTimedOut, $"no address for {host} in time");
        }
        catch (Exception error) when (error is SocketException or ArgumentException)
        {
            return ConnectResult.Failed(ConnectFailureReason.NameResolutionFailed, $"{host}: {error.Message}");
        }

        if (addresses.Length == 0)
            return ConnectResult.Failed(ConnectFailureReason.NameResolutionFailed, $"{host} has no address");
        if (security is ClientSecurity.Plaintext)
        {
            addresses = Array.FindAll(addresses, address => SocketSetup.IsLocal(new IPEndPoint(address, port)));
            if (addresses.Length == 0)
                return ConnectResult.Failed(ConnectFailureReason.PlaintextNotLocal, $"{host} is not this host, plaintext is refused");
        }

        return await ConnectAsync(addresses, port, security, options, cancellationToken);
    }

    /// <summary>The same for addresses. One whose handshake fails is passed over like one that does not answer.</summary>
    internal static async Task<ConnectResult> ConnectAsync(
        IEnumerable<IPAddress> addresses, int port, ClientSecurity security, ConnectionOptions options, CancellationToken cancellationToken)
    {
        List<IPAddress> untried = [.. addresses.Distinct().Take(MaxAddresses)];
        ConnectFailure? failure = null;
        while (untried.Count > 0)
        {
            AddressAttempt attempt = await AddressRace.RunAsync(untried, port, options, cancellationToken);
            if (cancellationToken.IsCancellationRequested)
            {
                attempt.Socket?.Dispose();
                return Cancelled();
            }

            // A failed handshake says more than addresses without an answer.
            if (attempt.Socket is not { } socket)
                return ConnectResult.Failed(failure ?? attempt.Failure!);
            ConnectResult result = await ConnectAsync(socket, attempt.EndPoint, security, options, cancellationToken);
            if (result.IsConnected || result.Failure.Reason == ConnectFailureReason.Cancelled)
                return result;
            failure = failure is null ? result.Failure : failure with { Detail = $"{failure.Detail}; {result.Failure}" };
            untried.Remove(attempt.EndPoint.Address);
        }

        return ConnectResult.Failed(failure!);
    }

    private static async Task<IPAddress[]> ResolveAsync(string host, ConnectionOptions options, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out IPAddress? literal))
            return [literal];
        using var deadline = new CancellationTokenSource(options.NameResolutionTimeout, options.TimeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        return await Dns.GetHostAddressesAsync(host, both.Token);
    }

    // Takes the socket over: it is closed unless a connection comes back.
    private static async Task<ConnectResult> ConnectAsync(
        Socket socket, IPEndPoint endPoint, ClientSecurity security, ConnectionOptions options, CancellationToken cancellationToken)
    {
        ConnectFailure failure;
        try
        {
            if (security is ClientSecurity.Plaintext)
                return ConnectResult.Connected(SocketSetup.Connection(socket, endPoint, null, options));
            ReadOnlyMemory<byte> key = security is ClientSecurity.Authenticated authenticated ? authenticated.AuthorityKey : default;
            HandshakeResult result = await HandshakeAsync(socket, key, options, cancellationToken);
            if (result.Session is not null)
                return ConnectResult.Connected(SocketSetup.Connection(socket, endPoint, result.Session, options));
            failure = result.Failure!;
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        socket.Dispose();
        return ConnectResult.Failed(failure.Reason, $"{endPoint}: {failure.Detail}");
    }

    private static async Task<HandshakeResult> HandshakeAsync(
        Socket socket, ReadOnlyMemory<byte> authorityKey, ConnectionOptions options, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(options.HandshakeTimeout, options.TimeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await Handshake.InitiateAsync(socket, authorityKey, options, both.Token);
        }
        catch (OperationCanceledException)
        {
            return new HandshakeResult(
                null, cancellationToken.IsCancellationRequested ? Cancelled().Failure : Sv2Acceptor.HandshakeTimedOut(options));
        }
        catch (SocketException error)
        {
            return HandshakeResult.Failed(ConnectFailureReason.HandshakeAborted, error.Message);
        }
    }

    private static ConnectResult Cancelled() => ConnectResult.Failed(ConnectFailureReason.Cancelled, "the attempt was given up");
}
