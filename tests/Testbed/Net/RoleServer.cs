using System.Net;
using System.Net.Sockets;
using Sv2.Protocol;
using Sv2.Transport;

namespace Testbed.Net;

/// <summary>
/// A role's listener and its connections. It can be stopped and started again on the same port, and held and released as a
/// process is by SIGSTOP and SIGCONT.
/// </summary>
public sealed class RoleServer : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly string _name;
    private readonly RoleKeys? _keys;
    private readonly ConnectionOptions _connectionOptions;
    private readonly Func<Session> _accept;
    private readonly HashSet<ConnectionPeer> _peers = [];
    private readonly List<string> _endings = [];
    private IPEndPoint _endpoint;
    private Sv2Listener? _listener;
    private CancellationTokenSource? _stop;
    private Task _running = Task.CompletedTask;
    private TaskCompletionSource? _hold;

    /// <summary>A server that is not listening yet.</summary>
    /// <param name="name">For people.</param>
    /// <param name="endpoint">Where to listen; port 0 takes a free one.</param>
    /// <param name="keys">Its authority; null serves without encryption.</param>
    /// <param name="peer">What its clients are.</param>
    /// <param name="time">The clock of deadlines.</param>
    /// <param name="accept">Makes the session of a new connection.</param>
    public RoleServer(string name, IPEndPoint endpoint, RoleKeys? keys, PeerRole peer, TimeProvider time, Func<Session> accept)
    {
        (_name, _endpoint, _keys, _accept) = (name, endpoint, keys, accept);
        _connectionOptions = new ConnectionOptions
        {
            Peer = peer,
            TimeProvider = time,
            OutboxCapacity = 4096,
            ReceiveBufferSize = 65_536,
            FirstMessageTimeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>The port listened on.</summary>
    public int Port
    {
        get
        {
            lock (_lock)
                return _endpoint.Port;
        }
    }

    /// <summary>Connections that are open now.</summary>
    public int ConnectionCount
    {
        get
        {
            lock (_lock)
                return _peers.Count;
        }
    }

    /// <summary>Why connections ended, handshakes included, oldest first.</summary>
    public IReadOnlyList<string> Endings
    {
        get
        {
            lock (_lock)
                return [.. _endings];
        }
    }

    /// <summary>Binds and begins to accept.</summary>
    /// <exception cref="SocketException">The port is taken.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (_listener is not null)
                throw new InvalidOperationException($"{_name} is already listening");
            _listener = Sv2Listener.Bind(_endpoint, time: _connectionOptions.TimeProvider);
            _endpoint = _listener.LocalEndPoint;
            _stop = new CancellationTokenSource();
            _running = AcceptAsync(_listener, _stop.Token);
        }

        return Task.CompletedTask;
    }

    /// <summary>Closes the listener and cuts every connection.</summary>
    public async Task StopAsync()
    {
        Task running;
        CancellationTokenSource? stop;
        lock (_lock)
        {
            (stop, running) = (_stop, _running);
            _listener?.Dispose();
            (_listener, _stop) = (null, null);
        }

        if (stop is null)
            return;
        await stop.CancelAsync();
        await running;
        stop.Dispose();
    }

    /// <summary>Cuts every connection; new ones are accepted.</summary>
    public void DisconnectAll()
    {
        lock (_lock)
        {
            foreach (ConnectionPeer peer in _peers)
                peer.Cut();
        }
    }

    /// <summary>
    /// The role stands still: it reads, writes and accepts nothing, while the system still takes connections and bytes for it.
    /// </summary>
    public void Hold()
    {
        lock (_lock)
        {
            _hold ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            foreach (ConnectionPeer peer in _peers)
                peer.Hold();
        }
    }

    /// <summary>The role goes on where it was held.</summary>
    public void Release()
    {
        TaskCompletionSource? hold;
        lock (_lock)
        {
            (hold, _hold) = (_hold, null);
            foreach (ConnectionPeer peer in _peers)
                peer.Release();
        }

        hold?.SetResult();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _keys?.Dispose();
    }

    private async Task AcceptAsync(Sv2Listener listener, CancellationToken stop)
    {
        HashSet<Task> sessions = [];
        try
        {
            while (true)
            {
                Socket socket = await listener.AcceptAsync(stop);
                sessions.RemoveWhere(session => session.IsCompleted);
                sessions.Add(ServeAsync(socket, stop));
            }
        }
        catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // Stopped.
        }

        await Task.WhenAll(sessions);
    }

    private async Task ServeAsync(Socket socket, CancellationToken stop)
    {
        if (!await ReleasedAsync(stop))
        {
            socket.Dispose();
            return;
        }

        ServerSecurity security = _keys is null ? new ServerSecurity.Plaintext() : new ServerSecurity.Encrypted(_keys.Identity);
        ConnectResult result = await Sv2Acceptor.HandshakeAsync(socket, security, _connectionOptions, stop);
        string ending;
        if (result.IsConnected)
        {
            await using Sv2Connection connection = result.Connection;
            var peer = new ConnectionPeer(connection);
            lock (_lock)
            {
                _peers.Add(peer);
                if (_hold is not null)
                    peer.Hold();
            }

            ending = await peer.RunAsync(_accept(), stop);
            lock (_lock)
                _peers.Remove(peer);
        }
        else
        {
            ending = result.Failure.ToString();
        }

        lock (_lock)
        {
            if (_endings.Count < 1000)
                _endings.Add(ending);
        }
    }

    // False when the role was stopped while it was held.
    private async Task<bool> ReleasedAsync(CancellationToken stop)
    {
        Task? hold;
        lock (_lock)
            hold = _hold?.Task;
        if (hold is null)
            return true;
        await Task.WhenAny(hold, Task.Delay(Timeout.InfiniteTimeSpan, _connectionOptions.TimeProvider, stop));
        return !stop.IsCancellationRequested;
    }
}
