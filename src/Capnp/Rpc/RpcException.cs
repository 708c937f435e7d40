namespace Capnp.Rpc;

/// <summary>A call failed: the peer said so, or the connection ended. What a server's method throws to answer with an error.</summary>
public sealed class RpcException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="kind">Why.</param>
    /// <param name="message">In words; the peer's own where it sent some.</param>
    public RpcException(RpcErrorKind kind, string message)
        : base(message)
    {
        Kind = kind;
    }

    /// <summary>Makes the exception of a failed call.</summary>
    /// <param name="message">In words.</param>
    public RpcException(string message)
        : this(RpcErrorKind.Failed, message)
    {
    }

    /// <summary>Makes the exception without a reason.</summary>
    public RpcException()
        : this("the call failed")
    {
    }

    /// <summary>Makes the exception with its cause.</summary>
    /// <param name="message">In words.</param>
    /// <param name="innerException">The cause.</param>
    public RpcException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Why the call failed.</summary>
    public RpcErrorKind Kind { get; }
}
