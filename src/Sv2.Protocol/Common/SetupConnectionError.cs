namespace Sv2.Protocol.Common;

/// <summary>
/// <c>SetupConnection.Error</c> (spec 03, message 0x02). Server to client: the connection may not be used; the server closes it.
/// </summary>
/// <param name="Flags">Every flag the server does not support, or 0 when flags were not the reason. U32.</param>
/// <param name="ErrorCode">One of <see cref="ErrorCodes"/> or anything else; data, never a reason to guess. STR0_255.</param>
public sealed record SetupConnectionError(
    uint Flags,
    string ErrorCode) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x02;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override int PayloadLength => 4 + WireSize.Str255(ErrorCode);

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.U32(Flags);
        writer.Str255(ErrorCode);
    }

    internal static SetupConnectionError Read(ref WireReader reader) => new(
        reader.U32(),
        reader.Str255());
}
