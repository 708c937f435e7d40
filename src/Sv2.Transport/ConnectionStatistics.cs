namespace Sv2.Transport;

/// <summary>Counters of one connection at a moment. Bytes are those on the wire, after the handshake.</summary>
/// <param name="BytesReceived">Bytes of whole frames received.</param>
/// <param name="BytesSent">Bytes handed to the operating system.</param>
/// <param name="MessagesReceived">Frames received, unknown ones included.</param>
/// <param name="MessagesSent">Messages handed to the operating system.</param>
/// <param name="OutboxDepth">Messages waiting in the outbox now.</param>
/// <param name="WrongChannelBits">Messages whose channel bit is not the one of their type; they are accepted.</param>
public readonly record struct ConnectionStatistics(
    long BytesReceived,
    long BytesSent,
    long MessagesReceived,
    long MessagesSent,
    int OutboxDepth,
    long WrongChannelBits);
