namespace Sv2.Transport;

/// <summary>Why a connection ended. Every ending has exactly one; the first one wins. It reaches log and metric.</summary>
public enum ConnectionEndReason
{
    /// <summary>The peer closed its side between two frames.</summary>
    PeerClosed,

    /// <summary>The peer closed in the middle of a frame.</summary>
    TruncatedFrame,

    /// <summary>The peer reset the connection.</summary>
    ConnectionReset,

    /// <summary>The operating system reported another error on the socket.</summary>
    SocketError,

    /// <summary>A header announced more than its message type, or the peer's role, may carry.</summary>
    FrameTooLarge,

    /// <summary>A header or a payload block failed authentication.</summary>
    DecryptionFailed,

    /// <summary>A payload does not have its message's form.</summary>
    MalformedMessage,

    /// <summary>A well-formed message that the protocol does not allow here. Given by the caller.</summary>
    ProtocolViolation,

    /// <summary>The peer did not send its first whole message in time.</summary>
    FirstMessageTimeout,

    /// <summary>The peer sent no whole frame for the idle timeout.</summary>
    IdleTimeout,

    /// <summary>The peer took no bytes for the write stall timeout.</summary>
    WriteStalled,

    /// <summary>The outbox was full. Given by the caller whose <see cref="Sv2Connection.TrySend"/> returned false.</summary>
    SlowConsumer,

    /// <summary>A limit on connections, channels or rate refused the peer. Given by the caller.</summary>
    LimitReached,

    /// <summary>SetupConnection was refused, by us or by the peer. Given by the caller.</summary>
    SetupRefused,

    /// <summary>A reply did not come in time. Given by the caller.</summary>
    ReplyTimeout,

    /// <summary>We no longer need the connection: another upstream, a Reconnect. Given by the caller.</summary>
    NoLongerNeeded,

    /// <summary>The process stops, or the token given to <see cref="Sv2Connection.RunAsync"/> was cancelled.</summary>
    Shutdown,

    /// <summary>The message handler threw: a bug of ours, with the exception in <see cref="ConnectionEnd.Exception"/>.</summary>
    HandlerFailed,

    /// <summary>A message of ours could not be encoded: a bug of ours, with the exception.</summary>
    EncodingFailed,

    /// <summary>The connection was disposed without a reason.</summary>
    Disposed,
}

/// <summary>How a connection ended.</summary>
/// <param name="Reason">One value for log, metric and decision.</param>
/// <param name="Detail">What happened, in one line for the log; never with secrets. May be empty.</param>
/// <param name="Exception">The exception behind it, where there is one.</param>
public sealed record ConnectionEnd(ConnectionEndReason Reason, string Detail, Exception? Exception = null)
{
    /// <inheritdoc/>
    public override string ToString() => Detail.Length == 0 ? Reason.ToString() : $"{Reason}: {Detail}";
}
