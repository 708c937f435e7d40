namespace Sv2.Protocol.Common;

/// <summary>
/// <c>ChannelEndpointChanged</c> (spec 03, message 0x03). Server to client: somebody else sits at the other end of the channel,
/// so what was negotiated for it is void.
/// </summary>
/// <param name="ChannelId">The channel. U32.</param>
public sealed record ChannelEndpointChanged(
    uint ChannelId) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x03;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override bool IsChannelMessage => true;

    /// <inheritdoc/>
    public override int PayloadLength => 4;

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.U32(ChannelId);
    }

    internal static ChannelEndpointChanged Read(ref WireReader reader) => new(
        reader.U32());
}
