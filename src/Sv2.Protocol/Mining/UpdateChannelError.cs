namespace Sv2.Protocol.Mining;

/// <summary><c>UpdateChannel.Error</c> (spec 05, message 0x17). Server to client: the update is refused.</summary>
/// <param name="ChannelId">The channel. U32.</param>
/// <param name="ErrorCode">One of <see cref="ErrorCodes"/> or anything else; data, never a reason to guess. STR0_255.</param>
public sealed record UpdateChannelError(
    uint ChannelId,
    string ErrorCode) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x17;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override bool IsChannelMessage => true;

    /// <inheritdoc/>
    public override int PayloadLength => 4 + WireSize.Str255(ErrorCode);

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.U32(ChannelId);
        writer.Str255(ErrorCode);
    }

    internal static UpdateChannelError Read(ref WireReader reader) => new(
        reader.U32(),
        reader.Str255());
}
