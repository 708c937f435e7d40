namespace Capnp.Rpc;

/// <summary>How a connection ended.</summary>
public enum RpcEndKind
{
    /// <summary>We closed it.</summary>
    ClosedByUs,

    /// <summary>The peer closed it, or the transport failed.</summary>
    Lost,

    /// <summary>The peer said why it ends it.</summary>
    AbortedByPeer,

    /// <summary>The peer broke the protocol or passed a limit; it was told so.</summary>
    ProtocolViolation,
}

/// <summary>The end of a connection.</summary>
/// <param name="Kind">How.</param>
/// <param name="Reason">In words, for the log.</param>
public sealed record RpcEnd(RpcEndKind Kind, string Reason);
