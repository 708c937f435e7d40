using System.Net;
using System.Net.Sockets;

namespace Sv2.Transport;

/// <summary>A listening TCP socket. Hands out raw sockets: admission and handshake are the caller's next steps.</summary>
public sealed class Sv2Listener : IDisposable
{
    /// <summary>Connections the kernel keeps for us until we accept them, unless it is set up for fewer (net.core.somaxconn).</summary>
    public const int DefaultBacklog = 4096;

    private static readonly TimeSpan ExhaustedPause = TimeSpan.FromMilliseconds(100);

    // Descriptors come free one by one: only after so long without another refusal is it over.
    private static readonly TimeSpan Recovered = TimeSpan.FromSeconds(1);

    private readonly Socket _socket;
    private readonly Func<CancellationToken, ValueTask<Socket>> _accept;
    private readonly TimeProvider _time;
    private readonly Action<SocketException?>? _exhausted;
    private bool _isExhausted;
    private long _refusedAt;

    private Sv2Listener(Socket socket, TimeProvider time, Action<SocketException?>? exhausted)
        : this(socket, socket.AcceptAsync, time, exhausted)
    {
    }

    /// <summary>For tests: a system that refuses. Owns the socket.</summary>
    internal Sv2Listener(
        Socket socket, Func<CancellationToken, ValueTask<Socket>> accept, TimeProvider time, Action<SocketException?>? exhausted) =>
        (_socket, _accept, _time, _exhausted) = (socket, accept, time, exhausted);

    /// <summary>The address and port listened on; with port 0 asked for, the one the system chose.</summary>
    public IPEndPoint LocalEndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>Starts to listen. The IPv6 wildcard address takes IPv4 as well.</summary>
    /// <param name="endPoint">Where.</param>
    /// <param name="backlog">Connections the kernel keeps for us.</param>
    /// <param name="time">The clock of pauses.</param>
    /// <param name="exhausted">Told once when the process has run out of file descriptors or memory for connections, with what
    /// the system says, and once with null when connections are accepted again. Called within <see cref="AcceptAsync"/>.</param>
    /// <exception cref="SocketException">The address is in use or not ours.</exception>
    public static Sv2Listener Bind(
        IPEndPoint endPoint, int backlog = DefaultBacklog, TimeProvider? time = null, Action<SocketException?>? exhausted = null)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endPoint.Address.Equals(IPAddress.IPv6Any))
                socket.DualMode = true;
            socket.Bind(endPoint);
            socket.Listen(backlog);
            return new Sv2Listener(socket, time ?? TimeProvider.System, exhausted);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The next connection, owned by the caller. A connection that dies while it is accepted is passed over; when the process is
    /// out of file descriptors or memory this waits for better times, because the rest of the daemon goes on working.
    /// </summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The listener was disposed.</exception>
    public async ValueTask<Socket> AcceptAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                Socket accepted = await _accept(cancellationToken);
                if (_isExhausted && _time.GetElapsedTime(_refusedAt) >= Recovered)
                    Tell(null);
                return accepted;
            }
            catch (SocketException error) when (error.SocketErrorCode
                is SocketError.ConnectionAborted or SocketError.ConnectionReset or SocketError.NetworkDown
                or SocketError.HostUnreachable or SocketError.HostDown or SocketError.NetworkUnreachable)
            {
                continue;
            }
            catch (SocketException error) when (error.SocketErrorCode
                is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable)
            {
                // The connection stays in the backlog: nothing is lost but time.
                _refusedAt = _time.GetTimestamp();
                if (!_isExhausted)
                    Tell(error);
                await Task.Delay(ExhaustedPause, _time, cancellationToken);
            }
        }
    }

    private void Tell(SocketException? error)
    {
        _isExhausted = error is not null;
        _exhausted?.Invoke(error);
    }

    /// <summary>Stops listening; connections in the backlog are refused.</summary>
    public void Dispose() => _socket.Dispose();
}
