namespace Capnp.Rpc;

/// <summary>Base of generated proxies; owns one reference to a capability.</summary>
public abstract class CapabilityClient : IDisposable
{
    /// <summary>Wraps a capability and takes the reference over.</summary>
    /// <param name="capability">The capability.</param>
    protected CapabilityClient(Capability capability)
    {
        Capability = capability;
    }

    /// <summary>The capability, owned by the proxy.</summary>
    public Capability Capability { get; }

    /// <summary>Gives the reference back.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives the reference back.</summary>
    /// <param name="disposing">Always true.</param>
    protected virtual void Dispose(bool disposing) => Capability.Dispose();

    /// <summary>Calls a method; the parameters are built before it returns.</summary>
    /// <param name="interfaceId">The interface.</param>
    /// <param name="methodId">The method.</param>
    /// <param name="build">Fills the parameters in; null leaves all defaults.</param>
    /// <param name="cancellationToken">Gives the call up; the peer is told.</param>
    /// <typeparam name="TParams">The builder of the parameters.</typeparam>
    /// <typeparam name="TResults">The reader of the results.</typeparam>
    protected RpcCall<TResults> Call<TParams, TResults>(
        ulong interfaceId, ushort methodId, Action<TParams>? build, CancellationToken cancellationToken)
        where TParams : struct, ICapnpBuilder<TParams>
        where TResults : struct, ICapnpReader<TResults>
    {
        RpcCall<TResults> call = new(cancellationToken);
        MethodCall method = new(interfaceId, methodId, call, cancellationToken);
        TParams parameters = TParams.Create(method.Payload.InitContent().InitStruct(TParams.DataWords, TParams.PointerCount));
        build?.Invoke(parameters);
        call.Start(method, Capability.Hook);
        return call;
    }
}
