namespace Capnp.Rpc;

/// <summary>
/// One reference to an object whose methods can be called, wherever it lives. Its owner disposes it; disposing gives back this
/// reference only.
/// </summary>
public sealed class Capability : IDisposable
{
    private CapabilityHook? _hook;

    internal Capability(CapabilityHook hook)
    {
        _hook = hook;
    }

    internal CapabilityHook Hook => _hook ?? throw new ObjectDisposedException(nameof(Capability));

    /// <summary>A reference to an object of this process, which is told when the last reference is gone.</summary>
    /// <param name="server">The object.</param>
    public static Capability Serve(ServerCapability server) => new(new LocalHook(server));

    /// <summary>Another reference to the same object.</summary>
    public Capability AddReference()
    {
        CapabilityHook hook = Hook;
        return hook.TryAddReference() ? new Capability(hook) : throw new ObjectDisposedException(nameof(Capability));
    }

    /// <summary>Gives the reference back.</summary>
    public void Dispose() => Interlocked.Exchange(ref _hook, null)?.ReleaseReference();

    internal static Capability Broken(RpcException problem) => new(new BrokenHook(problem));
}
