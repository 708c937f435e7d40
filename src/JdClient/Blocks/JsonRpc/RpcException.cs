namespace JdClient.Blocks.JsonRpc;

/// <summary>Why a call has no result.</summary>
internal enum RpcFailure
{
    /// <summary>No connection, no answer, or none that is JSON-RPC.</summary>
    Unreachable,

    /// <summary>The node does not let us in.</summary>
    Refused,

    /// <summary>The node is starting, or has more calls than it takes.</summary>
    Busy,

    /// <summary>The node answers with an error.</summary>
    Error,
}

/// <summary>A call that has no result. Its message says what to do and holds no secret.</summary>
/// <param name="message">For people.</param>
/// <param name="failure">What it means.</param>
/// <param name="code">The node's error code; 0 without one.</param>
internal sealed class RpcException(string message, RpcFailure failure, int code = 0) : Exception(message)
{
    internal RpcFailure Failure => failure;

    internal int Code => code;
}
