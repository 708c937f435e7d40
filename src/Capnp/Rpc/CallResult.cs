namespace Capnp.Rpc;

/// <summary>The answer to a call; owns references to the capabilities in it.</summary>
internal sealed class CallResult : IDisposable
{
    private readonly IReadOnlyList<Capability?> _capabilities;
    private int _disposed;

    internal CallResult(PointerReader content, IReadOnlyList<Capability?> capabilities, ReturnEnvelope? envelope = null)
    {
        Content = content;
        _capabilities = capabilities;
        Envelope = envelope;
    }

    /// <summary>The results: a struct for a method, a capability for a bootstrap.</summary>
    internal PointerReader Content { get; }

    /// <summary>The Return message the results were built in, where they are our own.</summary>
    internal ReturnEnvelope? Envelope { get; }

    /// <summary>A new reference to the capability at the end of a path of pointer numbers; a broken one where there is none.</summary>
    internal Capability Resolve(IReadOnlyList<ushort> path)
    {
        try
        {
            PointerReader at = Content;
            foreach (ushort index in path)
                at = at.ReadStruct().GetPointer(index);
            return at.ReadCapability() ?? Capability.Broken(new RpcException("called through a null capability of an answer"));
        }
        catch (CapnpFormatException problem)
        {
            return Capability.Broken(new RpcException(problem.Message));
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        foreach (Capability? capability in _capabilities)
            capability?.Dispose();
    }
}
