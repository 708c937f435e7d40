using Capnp.Rpc.Wire;

namespace Capnp.Rpc;

/// <summary>Gets the answer of a call: exactly one of the two, once, on any thread.</summary>
internal interface ICallSink
{
    /// <summary>Takes the result over.</summary>
    void Complete(CallResult result);

    void Fail(RpcException problem);
}

/// <summary>A capability in the answer of a call that is still running.</summary>
internal interface IPromise
{
    IReadOnlyList<ushort> Path { get; }

    /// <summary>Takes over a reference to what the promise turned out to be.</summary>
    void Settle(Capability resolution);
}

/// <summary>
/// One call from its making to its answer, wherever it goes: into a message of our own, whose envelope the connection
/// completes, or arrived in a message of the peer's.
/// </summary>
internal sealed class MethodCall
{
    private readonly Lock _gate = new();
    private readonly ICallSink _sink;
    private readonly IReadOnlyList<Capability?> _arrivedCapabilities = [];
    private readonly PointerReader _arrived;
    private List<IPromise> _promises = [];
    private bool _completed;

    /// <summary>A call of our own; <see cref="Outgoing"/> is then filled in.</summary>
    internal MethodCall(ulong interfaceId, ushort methodId, ICallSink sink, CancellationToken cancellationToken)
    {
        InterfaceId = interfaceId;
        MethodId = methodId;
        _sink = sink;
        CancellationToken = cancellationToken;
        Outgoing = new MessageBuilder();
        Envelope = NewEnvelope(Outgoing);
        Payload = Envelope.InitParams();
    }

    /// <summary>A call of the peer's.</summary>
    internal MethodCall(
        ulong interfaceId, ushort methodId, PointerReader content, IReadOnlyList<Capability?> capabilities, ICallSink sink,
        CancellationToken cancellationToken)
    {
        InterfaceId = interfaceId;
        MethodId = methodId;
        _arrived = content;
        _arrivedCapabilities = capabilities;
        _sink = sink;
        CancellationToken = cancellationToken;
    }

    internal ulong InterfaceId { get; }

    internal ushort MethodId { get; }

    internal CancellationToken CancellationToken { get; }

    internal MessageBuilder? Outgoing { get; private set; }

    internal Call.Builder Envelope { get; private set; }

    internal Payload.Builder Payload { get; private set; }

    /// <summary>The question it became; owned by the connection's loop.</summary>
    internal Question? Question { get; set; }

    internal bool IsCompleted
    {
        get
        {
            lock (_gate)
                return _completed;
        }
    }

    internal PointerReader Params => Outgoing is { } own
        ? new Message.Reader(own.ToReader().Root.ReadStruct()).Call.Params.Content
        : _arrived;

    /// <summary>Makes it a message of our own, copying what came in one of the peer's.</summary>
    internal MessageBuilder ToOutgoing()
    {
        if (Outgoing is null)
        {
            Outgoing = new MessageBuilder();
            Envelope = NewEnvelope(Outgoing);
            Payload = Envelope.InitParams();
            Payload.InitContent().CopyFrom(_arrived);
        }

        return Outgoing;
    }

    /// <summary>Lets a promise know of the answer; false when it is there already.</summary>
    internal bool TryRegister(IPromise promise)
    {
        lock (_gate)
        {
            if (_completed)
                return false;
            _promises.Add(promise);
            return true;
        }
    }

    internal void Complete(CallResult result)
    {
        if (!TryFinish(out List<IPromise> promises))
        {
            result.Dispose();
            return;
        }

        foreach (IPromise promise in promises)
            promise.Settle(result.Resolve(promise.Path));
        ReleaseParams();
        _sink.Complete(result);
    }

    internal void Fail(RpcException problem)
    {
        if (!TryFinish(out List<IPromise> promises))
            return;
        foreach (IPromise promise in promises)
            promise.Settle(Capability.Broken(problem));
        ReleaseParams();
        _sink.Fail(problem);
    }

    private static Call.Builder NewEnvelope(MessageBuilder message) =>
        new Message.Builder(message.Root.InitStruct(Message.Builder.DataWords, Message.Builder.PointerCount)).InitCall();

    private bool TryFinish(out List<IPromise> promises)
    {
        lock (_gate)
        {
            promises = _promises;
            _promises = [];
            if (_completed)
                return false;
            _completed = true;
            return true;
        }
    }

    private void ReleaseParams()
    {
        Outgoing?.ReleaseCapabilities();
        foreach (Capability? capability in _arrivedCapabilities)
            capability?.Dispose();
    }
}
