namespace Capnp.Rpc;

/// <summary>A call being executed.</summary>
public sealed class CallContext
{
    private readonly MethodCall _call;
    private ReturnEnvelope? _envelope;
    private StructBuilder _results;

    internal CallContext(MethodCall call)
    {
        _call = call;
    }

    /// <summary>The interface called.</summary>
    public ulong InterfaceId => _call.InterfaceId;

    /// <summary>The method called.</summary>
    public ushort MethodId => _call.MethodId;

    /// <summary>Cancelled when the caller does not want the answer any more.</summary>
    public CancellationToken CancellationToken => _call.CancellationToken;

    /// <summary>The parameters; they and their capabilities live until the method ends.</summary>
    public StructReader Params => _call.Params.ReadStruct();

    /// <summary>The results, made when first asked for.</summary>
    /// <param name="dataWords">Words of the struct's data section.</param>
    /// <param name="pointers">Its pointers.</param>
    public StructBuilder InitResults(int dataWords, int pointers)
    {
        if (_envelope is null)
        {
            _envelope = new ReturnEnvelope();
            _results = _envelope.Payload.InitContent().InitStruct(dataWords, pointers);
        }

        return _results;
    }

    /// <summary>Answers that the method is not known.</summary>
    public ValueTask Unimplemented() => ValueTask.FromException(
        new RpcException(RpcErrorKind.Unimplemented, $"interface 0x{InterfaceId:x16} has no method {MethodId} here"));

    internal CallResult TakeResult()
    {
        ReturnEnvelope? envelope = Interlocked.Exchange(ref _envelope, null);
        return (envelope ?? new ReturnEnvelope()).ToResult();
    }

    internal void DropResult() => Interlocked.Exchange(ref _envelope, null)?.Message.ReleaseCapabilities();
}

/// <summary>A call being executed, with typed parameters and results.</summary>
/// <typeparam name="TParams">The reader of the parameters.</typeparam>
/// <typeparam name="TResults">The builder of the results.</typeparam>
public readonly record struct CallContext<TParams, TResults>
    where TParams : struct, ICapnpReader<TParams>
    where TResults : struct, ICapnpBuilder<TResults>
{
    private readonly CallContext _context;

    /// <summary>Wraps a call.</summary>
    /// <param name="context">The call.</param>
    public CallContext(CallContext context)
    {
        _context = context;
    }

    /// <summary>The parameters.</summary>
    public TParams Params => TParams.Create(_context.Params);

    /// <summary>The results.</summary>
    public TResults Results => TResults.Create(_context.InitResults(TResults.DataWords, TResults.PointerCount));

    /// <summary>Cancelled when the caller does not want the answer any more.</summary>
    public CancellationToken CancellationToken => _context.CancellationToken;

    /// <summary>Answers that the method is not known.</summary>
    public ValueTask Unimplemented() => _context.Unimplemented();
}
