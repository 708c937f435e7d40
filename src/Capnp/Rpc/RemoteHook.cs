namespace Capnp.Rpc;

/// <summary>
/// A capability reached over a connection. Calls go through the connection's loop, which owns all fields: they may have to be
/// held back, because the capability turned out to live here and earlier calls are still on their way there and back.
/// </summary>
internal abstract class RemoteHook(RpcConnection connection) : CapabilityHook
{
    internal RpcConnection Connection { get; } = connection;

    /// <summary>What the promise turned out to be; null while it is not known or if it is none.</summary>
    internal Capability? Resolution { get; set; }

    internal override CapabilityHook? Next => Resolution?.Hook;

    /// <summary>Whether calls have been sent to the promise, so that one made here could overtake them.</summary>
    internal bool CallsSent { get; set; }

    /// <summary>Whether calls must wait for the peer's word that the earlier ones have passed.</summary>
    internal bool Embargoed { get; set; }

    /// <summary>Whether the last reference is gone; calls made before may still wait.</summary>
    internal bool Unreferenced { get; set; }

    internal Queue<MethodCall> Waiting { get; } = new();

    internal override void Call(MethodCall call) => Connection.PostCall(this, call);
}

/// <summary>A capability the peer exported to us.</summary>
internal sealed class ImportHook(RpcConnection connection, uint id) : RemoteHook(connection)
{
    internal uint Id { get; } = id;

    protected override void OnUnreferenced() => Connection.PostRelease(this);
}

/// <summary>A capability in the answer to a question of ours.</summary>
internal sealed class PipelinedHook(RpcConnection connection, MethodCall parent, IReadOnlyList<ushort> path)
    : RemoteHook(connection), IPromise
{
    internal MethodCall Parent { get; } = parent;

    public IReadOnlyList<ushort> Path { get; } = path;

    public void Settle(Capability resolution) => Connection.SettlePromise(this, resolution);

    protected override void OnUnreferenced() => Connection.PostRelease(this);
}
