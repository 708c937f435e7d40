using Sv2.Protocol;

namespace Sv2.Transport;

/// <summary>
/// What one frame of the peer was: a message, or something we do not know, which the spec (03, 3.4.1) wants ignored and
/// the receiver may count. Malformed messages never get here, they end the connection.
/// </summary>
/// <param name="Header">The frame's header as it came.</param>
/// <param name="Message">The message, or null when extension or type is not known.</param>
/// <param name="Status"><see cref="DecodeStatus.Ok"/>, or which of the two is unknown.</param>
public readonly record struct InboundMessage(FrameHeader Header, Sv2Message? Message, DecodeStatus Status);

/// <summary>
/// Receives the messages of one connection, one after the other, from its read loop. The next frame is not read before the
/// returned task is complete: that wait is the back-pressure on the peer. The token is cancelled when the connection ends.
/// </summary>
public delegate ValueTask InboundHandler(InboundMessage inbound, CancellationToken cancellationToken);
