using System.Threading.Channels;
using Sv2.Protocol;

namespace Testbed.Net;

/// <summary>A client that a test plays by hand: sends what it is told, keeps what it gets until it is asked for.</summary>
public sealed class ScriptedClient : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ScriptedSession _session = new();
    private Task _running = Task.CompletedTask;

    private ScriptedClient()
    {
    }

    /// <summary>How the connection ended; completes when it has.</summary>
    public Task<string> Ending => _session.Ending;

    /// <summary>Connects.</summary>
    /// <exception cref="IOException">There is no connection.</exception>
    public static async Task<ScriptedClient> ConnectAsync(ServerAddress server, PeerRole peer, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var client = new ScriptedClient();
        Task<(bool Connected, string Ending)> running = RoleClient.RunAsync(server, peer, client._session, time, client._stop.Token);
        client._running = running;
        if (await Task.WhenAny(client._session.Connected, running).WaitAsync(cancellationToken) == running)
            throw new IOException((await running).Ending);
        return client;
    }

    /// <summary>Sends a message.</summary>
    public void Send(Sv2Message message) => _session.Peer.Send(message);

    /// <summary>Ends the connection after what was sent has gone out.</summary>
    public void Close() => _session.Peer.Close("done");

    /// <summary>The next message.</summary>
    /// <exception cref="ChannelClosedException">The connection has ended before it came.</exception>
    public ValueTask<Sv2Message> ReceiveAsync(CancellationToken cancellationToken) => _session.Messages.ReadAsync(cancellationToken);

    /// <summary>The next message of a type; others are passed over.</summary>
    public async Task<T> ReceiveAsync<T>(CancellationToken cancellationToken)
        where T : Sv2Message
    {
        while (true)
        {
            if (await ReceiveAsync(cancellationToken) is T message)
                return message;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private sealed class ScriptedSession : Session
    {
        private readonly Channel<Sv2Message> _messages = Channel.CreateBounded<Sv2Message>(65_536);
        private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource<string> _ending = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Connected => _connected.Task;

        public Task<string> Ending => _ending.Task;

        public ChannelReader<Sv2Message> Messages => _messages.Reader;

        public override void OnConnected() => _connected.SetResult();

        public override void OnMessage(Sv2Message message)
        {
            if (!_messages.Writer.TryWrite(message))
                Peer.Close("the script does not keep up");
        }

        public override void OnEnded(string reason)
        {
            _messages.Writer.TryComplete();
            _ending.TrySetResult(reason);
        }
    }
}
