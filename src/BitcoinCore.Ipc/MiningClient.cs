using System.Globalization;
using System.IO.Pipelines;
using BitcoinCore.Ipc.Adapters;
using BitcoinCore.Ipc.Transport;
using Capnp;
using Capnp.Rpc;

namespace BitcoinCore.Ipc;

/// <summary>
/// The mining interface of a Bitcoin Core node over its IPC socket, whatever its generation. Templates are made, waited for,
/// fetched, their transactions read and solutions submitted on threads of the node of their own, so that none waits for
/// another. Every call has a deadline. What the node does wrong is a <see cref="NodeFailure"/>; only the caller's own token
/// throws.
/// </summary>
public sealed class MiningClient : IAsyncDisposable
{
    private readonly RpcConnection _connection;
    private readonly NodeSession _session;
    private readonly IDisposable? _socket;
    private readonly MiningClientOptions _options;
    private readonly TimeProvider _time;
    private NodeFailure? _givenUp;

    private MiningClient(RpcConnection connection, NodeSession session, IDisposable? socket, MiningClientOptions options, TimeProvider time)
    {
        _connection = connection;
        _session = session;
        _socket = socket;
        _options = options;
        _time = time;
        Creating = session.NewThread("create");
        Waiting = session.NewThread("wait");
        Fetching = session.NewThread("fetch");
        Blocks = session.NewThread("block");
        Submitting = session.NewThread("submit");
        Completion = WatchAsync();
    }

    /// <summary>The generation found.</summary>
    public NodeGeneration Generation => _session.Mining.Generation;

    /// <summary>Ends, never faulted, when the connection has ended, and says why.</summary>
    public Task<NodeFailure> Completion { get; }

    internal MiningClientOptions Options => _options;

    internal TimeProvider Time => _time;

    internal ServerThread Creating { get; }

    internal ServerThread Waiting { get; }

    internal ServerThread Fetching { get; }

    internal ServerThread Blocks { get; }

    internal ServerThread Submitting { get; }

    /// <summary>Connects to a node's socket and finds out its generation.</summary>
    /// <param name="socketPath">The socket, for instance <c>~/.bitcoin/node.sock</c>.</param>
    /// <param name="options">Deadlines, and the generation it must be, if any.</param>
    /// <param name="time">The clock of the deadlines.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<NodeResult<MiningClient>> ConnectAsync(
        string socketPath, MiningClientOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        NodeResult<NodeSocket> connected = await NodeSocket.ConnectAsync(socketPath, cancellationToken);
        return connected.TryGet(out NodeSocket? socket, out NodeFailure? failure)
            ? await ConnectAsync(socket, socket, options, time, cancellationToken)
            : new(failure);
    }

    /// <summary>Whether the node is on another chain than the main one.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<NodeResult<bool>> IsTestChainAsync(CancellationToken cancellationToken) =>
        CallAsync(Fetching, _options.ShortDeadline, _session.Mining.IsTestChainAsync, cancellationToken);

    /// <summary>Whether the node is in its initial block download and gives no useful templates.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<NodeResult<bool>> IsInitialBlockDownloadAsync(CancellationToken cancellationToken) =>
        CallAsync(Fetching, _options.ShortDeadline, _session.Mining.IsInitialBlockDownloadAsync, cancellationToken);

    /// <summary>The node's tip; null before it has one.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<NodeResult<NodeTip?>> GetTipAsync(CancellationToken cancellationToken) =>
        CallAsync(Fetching, _options.ShortDeadline, _session.Mining.GetTipAsync, cancellationToken);

    /// <summary>Makes a template on the tip and fetches its data.</summary>
    /// <param name="constraints">What it must leave room for.</param>
    /// <param name="cooldown">Whether the node may first wait for the end of its block download and for headers it knows of.</param>
    /// <param name="cancellationToken">Gives up; a node that waits is told.</param>
    public async Task<NodeResult<NodeTemplate>> CreateTemplateAsync(
        TemplateConstraints constraints, bool cooldown, CancellationToken cancellationToken)
    {
        NodeResult<ITemplateAdapter> created;
        try
        {
            created = await CallAsync(
                Creating,
                _options.CreateDeadline,
                (thread, token) => _session.Mining.CreateNewBlockAsync(thread, constraints, cooldown, token),
                cancellationToken);
        }
        catch (OperationCanceledException)
        {
            _ = await CallAsync(null, _options.InterruptDeadline, InterruptAsync, CancellationToken.None);
            throw;
        }

        return created.TryGet(out ITemplateAdapter? raw, out NodeFailure? failure)
            ? await NodeTemplate.FetchAsync(this, raw, cancellationToken)
            : new(failure);
    }

    /// <summary>Submits a whole block; <see cref="NodeFailureKind.NotSupported"/> before v32.</summary>
    /// <param name="block">The serialised block with witnesses.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    public Task<NodeResult<SubmitOutcome>> SubmitBlockAsync(ReadOnlyMemory<byte> block, CancellationToken cancellationToken) =>
        CallAsync(
            Submitting,
            _options.SubmitDeadline,
            (thread, token) => _session.Mining.SubmitBlockAsync(thread, block, token)
                ?? throw new RpcException(RpcErrorKind.Unimplemented, "nodes before v32 take no whole block over IPC"),
            cancellationToken);

    /// <summary>Gives everything back to the node and closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (ServerThread thread in new[] { Creating, Waiting, Fetching, Blocks, Submitting })
            thread.Dispose();
        _session.Dispose();
        await _connection.DisposeAsync();
        _ = await Completion;
    }

    internal static async Task<NodeResult<MiningClient>> ConnectAsync(
        IDuplexPipe transport, IDisposable? socket, MiningClientOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        RpcConnection connection = RpcConnection.Start(transport, time: time);
        using CancellationTokenSource deadline = new(options.ConnectDeadline, time);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        NodeFailure failure;
        try
        {
            NodeSession session = await NodeSession.OpenAsync(connection, both.Token);
            if (options.RequiredGeneration is not { } required || required == session.Mining.Generation)
                return new(new MiningClient(connection, session, socket, options, time));
            failure = new NodeFailure(
                NodeFailureKind.WrongVersion,
                $"correct or remove version {(int)required} in the configuration: the node is of generation "
                + $"{(int)session.Mining.Generation}");
            session.Dispose();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            failure = NoAnswer(options.ConnectDeadline);
        }
        catch (Exception problem) when (problem is RpcException or CapnpFormatException)
        {
            failure = new NodeFailure(
                problem is RpcException { Kind: RpcErrorKind.Disconnected } ? NodeFailureKind.Disconnected : NodeFailureKind.NotANode,
                $"what listens there does not offer a Bitcoin Core mining interface: {problem.Message}");
        }
        catch
        {
            await connection.DisposeAsync();
            socket?.Dispose();
            throw;
        }

        await connection.DisposeAsync();
        socket?.Dispose();
        return new(failure);
    }

    /// <summary>Runs a call within its deadline and turns what the node does wrong into a value.</summary>
    internal async Task<NodeResult<T>> CallAsync<T>(
        ServerThread? thread, TimeSpan within, Func<Capability, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = new(within, _time);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            // Without a thread of the node's the call runs in its event loop and takes no context.
            return new(thread is null ? await call(null!, both.Token) : await thread.RunAsync(call, both.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(GiveUp(NoAnswer(within)));
        }
        catch (RpcException problem)
        {
            return new(new NodeFailure(
                problem.Kind switch
                {
                    RpcErrorKind.Disconnected => NodeFailureKind.Disconnected,
                    RpcErrorKind.Unimplemented => NodeFailureKind.NotSupported,
                    _ => NodeFailureKind.Refused,
                },
                problem.Message));
        }
        catch (CapnpFormatException problem)
        {
            return new(GiveUp(new NodeFailure(NodeFailureKind.NotANode, $"malformed answer: {problem.Message}")));
        }
        catch (ObjectDisposedException)
        {
            return new(new NodeFailure(NodeFailureKind.Disconnected, "the connection was closed"));
        }
    }

    private static NodeFailure NoAnswer(TimeSpan within) => new(
        NodeFailureKind.Timeout,
        string.Create(CultureInfo.InvariantCulture, $"the node did not answer within {within.TotalSeconds:0.#} s"));

    private async Task<bool> InterruptAsync(Capability thread, CancellationToken cancellationToken)
    {
        await _session.Mining.InterruptAsync(cancellationToken);
        return true;
    }

    private NodeFailure GiveUp(NodeFailure failure)
    {
        // The end shows in Completion, which the owner watches; here nobody waits for it.
        if (Interlocked.CompareExchange(ref _givenUp, failure, null) is null)
            _ = _connection.DisposeAsync().AsTask();
        return failure;
    }

    private async Task<NodeFailure> WatchAsync()
    {
        RpcEnd end = await _connection.Completion;
        _socket?.Dispose();
        return _givenUp ?? new NodeFailure(
            end.Kind == RpcEndKind.ProtocolViolation ? NodeFailureKind.NotANode : NodeFailureKind.Disconnected, end.Reason);
    }
}
