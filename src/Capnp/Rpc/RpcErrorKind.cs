namespace Capnp.Rpc;

/// <summary>Why a call failed; the numbers of <c>Exception.Type</c> on the wire.</summary>
public enum RpcErrorKind
{
    /// <summary>The callee failed; trying again will not help.</summary>
    Failed = 0,

    /// <summary>The callee, or a limit of ours, has no room for the call now.</summary>
    Overloaded = 1,

    /// <summary>The connection to the callee is gone.</summary>
    Disconnected = 2,

    /// <summary>The callee does not know the method or the interface.</summary>
    Unimplemented = 3,
}
