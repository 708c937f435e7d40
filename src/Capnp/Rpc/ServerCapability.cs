namespace Capnp.Rpc;

/// <summary>An object of this process that peers may call; generated skeletons derive from it.</summary>
public abstract class ServerCapability : IDisposable
{
    /// <summary>Executes a call. Calls begin in the order they were made; what runs synchronously holds up the connection.</summary>
    /// <param name="context">The call.</param>
    public abstract ValueTask DispatchAsync(CallContext context);

    /// <summary>Called once, when the last reference is gone.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Called once, when the last reference is gone.</summary>
    /// <param name="disposing">Always true.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}
