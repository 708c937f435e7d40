namespace Capnp.Rpc;

/// <summary>Limits of one connection. Past a limit our own call fails as overloaded; a peer past one loses the connection.</summary>
public sealed record RpcOptions
{
    /// <summary>The defaults.</summary>
    public static RpcOptions Default { get; } = new();

    /// <summary>Limits of one message.</summary>
    public MessageLimits Message { get; init; } = MessageLimits.Default;

    /// <summary>Calls of ours that wait for an answer.</summary>
    public int MaxQuestions { get; init; } = 1024;

    /// <summary>Calls of the peer's that wait for an answer or for its Finish.</summary>
    public int MaxAnswers { get; init; } = 1024;

    /// <summary>Capabilities of ours the peer holds.</summary>
    public int MaxExports { get; init; } = 4096;

    /// <summary>Capabilities of the peer's that we hold.</summary>
    public int MaxImports { get; init; } = 4096;

    /// <summary>Bytes waiting to be written; a peer that does not read loses the connection past them.</summary>
    public int MaxOutboundBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>How long the last messages may take to leave when the connection is closed.</summary>
    public TimeSpan CloseGrace { get; init; } = TimeSpan.FromSeconds(1);
}
