using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net.Sockets;
using BitcoinCore.Ipc;
using Capnp.Rpc;
using Testbed.Nodes;
using Testbed.TemplateProviders;

namespace Testbed.BitcoinCore;

/// <summary>A Bitcoin Core node's IPC socket before a <see cref="Chain"/>. It can be stopped and started again, as a node can.</summary>
public sealed class BitcoinCoreNode : IAsyncDisposable
{
    private readonly BitcoinCoreNodeOptions _options;
    private readonly NodeState _state;
    private readonly ConcurrentDictionary<RpcConnection, NetworkStream> _connections = new();
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;

    /// <summary>A node that is not started yet.</summary>
    public BitcoinCoreNode(Chain chain, BitcoinCoreNodeOptions options, TimeProvider time)
    {
        _options = options;
        _state = new NodeState(chain, options, time);
        SocketPath = options.SocketPath ?? Path.Combine(Path.GetTempPath(), $"node-{Guid.NewGuid():n}"[..20] + ".sock");
    }

    /// <summary>Raised with a submitted block's hash and what the node made of it.</summary>
    public event Action<U256, BlockOutcome>? SolutionJudged
    {
        add => _state.SolutionJudged += value;
        remove => _state.SolutionJudged -= value;
    }

    /// <summary>Where it listens.</summary>
    public string SocketPath { get; }

    /// <summary>What it has seen; a connection is one of its socket's.</summary>
    public TemplateProviderCounters Counters => _state.Counters;

    /// <summary>Templates it holds for its clients.</summary>
    public int LiveTemplates => _state.LiveTemplates;

    /// <summary>Whether it says that it is in its initial block download.</summary>
    public bool Downloading
    {
        get => _state.Downloading;
        set => _state.Downloading = value;
    }

    /// <summary>Whether it leaves calls without an answer.</summary>
    public bool Silent
    {
        get => _state.Silent;
        set => _state.Silent = value;
    }

    /// <summary>Begins to listen.</summary>
    public void Start()
    {
        File.Delete(SocketPath);
        _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        _listener.Listen();
        _accepting = AcceptAsync(_listener);
    }

    /// <summary>Stops as a killed node does: connections break, the socket's file stays.</summary>
    public async Task StopAsync()
    {
        _listener?.Dispose();
        await _accepting;
        foreach ((RpcConnection connection, NetworkStream stream) in _connections)
        {
            await stream.DisposeAsync();
            await connection.DisposeAsync();
        }

        _connections.Clear();
        // .NET removes the socket's file; a killed node does not, and nobody listens on this one either.
        await File.WriteAllBytesAsync(SocketPath, []);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        File.Delete(SocketPath);
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                Socket socket = await listener.AcceptAsync();
                _state.Count(counters => counters with { Connections = counters.Connections + 1 });
                NetworkStream stream = new(socket, ownsSocket: true);
                RpcConnection connection = RpcConnection.Start(new Transport(stream), Capability.Serve(Init()));
                _connections[connection] = stream;
                _ = ForgetAsync(connection);
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ForgetAsync(RpcConnection connection)
    {
        _ = await connection.Completion;
        if (_connections.TryRemove(connection, out NetworkStream? stream))
            await stream.DisposeAsync();
    }

    private ServerCapability Init() => _options.Generation switch
    {
        NodeGeneration.V30 => new V30.InitServer(_state),
        NodeGeneration.V31 => new V31.InitServer(_state),
        _ => new V32.InitServer(_state),
    };

    private sealed class Transport(NetworkStream stream) : IDuplexPipe
    {
        public PipeReader Input { get; } = PipeReader.Create(stream);

        public PipeWriter Output { get; } = PipeWriter.Create(stream);
    }
}
