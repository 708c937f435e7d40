namespace Capnp.Rpc;

/// <summary>What stands behind a capability, shared and counted by all its references.</summary>
internal abstract class CapabilityHook
{
    private int _references = 1;

    /// <summary>Calls a method; takes the call over. May be used by any thread and never blocks.</summary>
    internal abstract void Call(MethodCall call);

    /// <summary>Takes a reference unless the last one has been given back already.</summary>
    internal bool TryAddReference()
    {
        int seen = Volatile.Read(ref _references);
        while (seen > 0)
        {
            int previous = Interlocked.CompareExchange(ref _references, seen + 1, seen);
            if (previous == seen)
                return true;
            seen = previous;
        }

        return false;
    }

    internal void ReleaseReference()
    {
        if (Interlocked.Decrement(ref _references) == 0)
            OnUnreferenced();
    }

    /// <summary>What a promise turned out to be; null while that is not known, and for what is no promise.</summary>
    internal virtual CapabilityHook? Next => null;

    /// <summary>
    /// What this promise may be resolved to: <paramref name="resolution"/>, or a broken capability where that leads back to this
    /// promise, for then following it would never end. The reference is taken over.
    /// </summary>
    internal Capability WithoutCycle(Capability resolution)
    {
        for (CapabilityHook? hook = resolution.Hook; hook is not null; hook = hook.Next)
        {
            if (hook != this)
                continue;
            resolution.Dispose();
            return Capability.Broken(new RpcException("a promise that was resolved to itself"));
        }

        return resolution;
    }

    /// <summary>Nobody refers to it any more.</summary>
    protected abstract void OnUnreferenced();
}
