using System.IO.Pipelines;
using System.Threading.Channels;

namespace Capnp.Rpc;

/// <summary>
/// A two-party Cap'n Proto RPC connection, both roles at once. One loop owns every table (questions, answers, exports,
/// imports, embargoes); reading and writing are tasks of their own. Everything is bounded by <see cref="RpcOptions"/>. Whatever
/// the peer sends ends at most this connection, with a reason in <see cref="Completion"/>.
/// </summary>
public sealed partial class RpcConnection : IAsyncDisposable
{
    /// <summary>Messages read ahead of the loop; more stay in the transport, which holds the peer back.</summary>
    private const int MaxReadAhead = 64;

    private readonly IDuplexPipe _transport;
    private readonly RpcOptions _options;
    private readonly TimeProvider _time;
    private readonly Capability? _bootstrap;
    private readonly Channel<LoopEvent> _events;
    private readonly SemaphoreSlim _readAhead = new(MaxReadAhead);
    private readonly CancellationTokenSource _stop = new();
    private RpcEnd? _end;
    private string? _abort;

    private RpcConnection(IDuplexPipe transport, Capability? bootstrap, RpcOptions options, TimeProvider time)
    {
        _transport = transport;
        _bootstrap = bootstrap;
        _options = options;
        _time = time;
        // Every entry of the tables can be the cause of a few events at a time; so the sum of the tables bounds them.
        int capacity = MaxReadAhead + (4 * (options.MaxQuestions + options.MaxAnswers + options.MaxImports));
        _events = Channel.CreateBounded<LoopEvent>(new BoundedChannelOptions(capacity) { SingleReader = true });
        _outbound = Channel.CreateBounded<ReadOnlyMemory<byte>>(new BoundedChannelOptions(capacity) { SingleReader = true });
        Completion = Task.Run(RunAsync);
    }

    /// <summary>Ends, never faulted, when the connection has ended and all its tasks with it.</summary>
    public Task<RpcEnd> Completion { get; }

    /// <summary>Begins to speak on a connected transport.</summary>
    /// <param name="transport">The bytes; completed when the connection ends, and the owner's to dispose.</param>
    /// <param name="bootstrap">What the peer may call first; the connection takes the reference over. Null offers nothing.</param>
    /// <param name="options">Limits.</param>
    /// <param name="time">Used for <see cref="RpcOptions.CloseGrace"/> alone; deadlines of calls are their tokens'.</param>
    public static RpcConnection Start(
        IDuplexPipe transport, Capability? bootstrap = null, RpcOptions? options = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(transport);
        return new RpcConnection(transport, bootstrap, options ?? RpcOptions.Default, time ?? TimeProvider.System);
    }

    /// <summary>A reference to what the peer offers, usable at once; a failure to get it shows in the calls.</summary>
    public Capability Bootstrap()
    {
        MethodCall method = new(0, 0, BootstrapSink.Instance, CancellationToken.None);
        PipelinedHook hook = new(this, method, []);
        _ = method.TryRegister(hook);
        Post(new LoopEvent.Bootstrap(method), method);
        return new Capability(hook);
    }

    /// <summary>Closes the connection: calls under way fail as disconnected, the last messages get a moment to leave.</summary>
    public async ValueTask DisposeAsync()
    {
        End(new RpcEnd(RpcEndKind.ClosedByUs, "closed"), null);
        _ = await Completion;
    }

    internal void PostCall(RemoteHook target, MethodCall method) => Post(new LoopEvent.Call(target, method), method);

    internal void PostCancel(MethodCall method) => Post(new LoopEvent.Cancel(method), null);

    internal void PostRelease(RemoteHook hook) => Post(new LoopEvent.Release(hook), null);

    internal void PostAnswer(AnswerEntry entry, CallResult? result, RpcException? problem)
    {
        if (!Post(new LoopEvent.Answered(entry, result, problem), null))
            result?.Dispose();
    }

    private bool Post(LoopEvent what, MethodCall? method)
    {
        if (_events.Writer.TryWrite(what))
            return true;
        // Full or ended. Full means that the loop cannot keep up with this process, and tells the caller so.
        method?.Fail(_end is { } end ? Disconnected(end) : new RpcException(RpcErrorKind.Overloaded, "too many calls under way"));
        if (method is null && _end is null)
            End(new RpcEnd(RpcEndKind.ClosedByUs, "the connection's own queue is full"), "overloaded");
        return false;
    }

    private static RpcException Disconnected(RpcEnd end) => new(RpcErrorKind.Disconnected, end.Reason);

    private void End(RpcEnd end, string? abort)
    {
        if (Interlocked.CompareExchange(ref _end, end, null) is not null)
            return;
        _abort = abort;
        _stop.Cancel();
    }

    private async Task<RpcEnd> RunAsync()
    {
        Task reading = ReadAsync();
        Task<bool> writing = WriteAsync();
        await LoopAsync();
        Teardown();
        _outbound.Writer.TryComplete();
        try
        {
            await writing.WaitAsync(_options.CloseGrace, _time);
        }
        catch (TimeoutException)
        {
            _transport.Output.CancelPendingFlush();
            await writing;
        }

        _transport.Input.CancelPendingRead();
        await reading;
        await CompleteTransportAsync(await writing);
        _stop.Dispose();
        return _end!;
    }

    /// <summary>A writer that failed must not flush what is left, which would fail or hang again.</summary>
    private async Task CompleteTransportAsync(bool allWritten)
    {
        try
        {
            await _transport.Input.CompleteAsync();
            await _transport.Output.CompleteAsync(allWritten ? null : new IOException("the connection has ended"));
        }
        catch (Exception)
        {
            // The transport is gone; the end has its reason already.
        }
    }

    private async Task LoopAsync()
    {
        try
        {
            while (await _events.Reader.WaitToReadAsync(_stop.Token))
            {
                while (!_stop.IsCancellationRequested && _events.Reader.TryRead(out LoopEvent? what))
                    Handle(what);
            }
        }
        catch (OperationCanceledException)
        {
            // The end has its reason already.
        }
        catch (Exception problem) when (problem is ProtocolViolationException or CapnpFormatException)
        {
            // The boundary of everything the peer sends.
            End(new RpcEnd(RpcEndKind.ProtocolViolation, problem.Message), problem.Message);
        }
        catch (Exception problem)
        {
            // A bug of this class must not leave callers waiting for ever.
            End(new RpcEnd(RpcEndKind.ClosedByUs, $"internal error: {problem}"), "internal error");
        }
    }

    private void Handle(LoopEvent what)
    {
        switch (what)
        {
            case LoopEvent.Arrived arrived:
                _ = _readAhead.Release();
                Receive(arrived.Message);
                break;
            case LoopEvent.Call call:
                Deliver(call.Target, call.Method);
                break;
            case LoopEvent.Bootstrap bootstrap:
                SendBootstrap(bootstrap.Method);
                break;
            case LoopEvent.Cancel cancel:
                CancelQuestion(cancel.Method);
                break;
            case LoopEvent.Release release:
                ReleaseHook(release.Hook);
                break;
            case LoopEvent.Answered answered:
                SendReturn(answered.Entry, answered.Result, answered.Problem);
                break;
            case LoopEvent.Settled settled:
                Settle(settled.Promise, settled.Resolution);
                break;
            case LoopEvent.Echo echo:
                SendDisembargo(echo.Target, echo.EmbargoId, loopback: false);
                break;
        }
    }

    /// <summary>A bootstrap's answer is only ever used through its promise.</summary>
    private sealed class BootstrapSink : ICallSink
    {
        internal static BootstrapSink Instance { get; } = new();

        public void Complete(CallResult result) => result.Dispose();

        public void Fail(RpcException problem)
        {
        }
    }
}
