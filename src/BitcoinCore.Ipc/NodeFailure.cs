namespace BitcoinCore.Ipc;

/// <summary>What went wrong with the node; decides what to tell the user.</summary>
public enum NodeFailureKind
{
    /// <summary>There is no socket at the path.</summary>
    NoSocket,

    /// <summary>The socket is there and nobody listens: a stopped node leaves it behind.</summary>
    NotListening,

    /// <summary>The socket may not be used by this account.</summary>
    PermissionDenied,

    /// <summary>What listens does not speak as a Bitcoin Core node does.</summary>
    NotANode,

    /// <summary>The node is of another generation than the configuration says.</summary>
    WrongVersion,

    /// <summary>The connection is gone.</summary>
    Disconnected,

    /// <summary>The node did not answer in time; the connection is given up.</summary>
    Timeout,

    /// <summary>The node refused the call; the connection is sound.</summary>
    Refused,

    /// <summary>The node's version does not have what was asked for; the connection is sound.</summary>
    NotSupported,
}

/// <summary>A failure as a value.</summary>
/// <param name="Kind">What went wrong.</param>
/// <param name="Message">In words, for the log; the node's own where it sent some.</param>
public sealed record NodeFailure(NodeFailureKind Kind, string Message)
{
    /// <summary>Whether the connection can still be used.</summary>
    public bool IsConnectionSound => Kind is NodeFailureKind.Refused or NodeFailureKind.NotSupported;
}
