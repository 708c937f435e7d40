namespace Sv2.Protocol.Mining;

/// <summary>
/// <c>CloseChannel</c> (spec 05, message 0x18). Either way: the channel is closed; a group's number closes all of its channels.
/// </summary>
/// <param name="ChannelId">The channel or group. U32.</param>
/// <param name="ReasonCode">Why, as free as an error code. STR0_255.</param>
public sealed record CloseChannel(
    uint ChannelId,
    string ReasonCode) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x18;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override bool IsChannelMessage => true;

    /// <inheritdoc/>
    public override int PayloadLength => 4 + WireSize.Str255(ReasonCode);

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.U32(ChannelId);
        writer.Str255(ReasonCode);
    }

    internal static CloseChannel Read(ref WireReader reader) => new(
        reader.U32(),
        reader.Str255());
}
