using Bitcoin;

namespace Sv2.Protocol.Mining;

/// <summary>
/// <c>SetTarget</c> (spec 05, message 0x21). Server to client: another share target, for future jobs and those to come.
/// </summary>
/// <param name="ChannelId">The channel, or a group channel: then for every channel of the group. U32.</param>
/// <param name="MaximumTarget">Share target, little-endian. U256.</param>
public sealed record SetTarget(
    uint ChannelId,
    U256 MaximumTarget) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x21;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override bool IsChannelMessage => true;

    /// <inheritdoc/>
    public override int PayloadLength => 36;

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.U32(ChannelId);
        writer.U256(MaximumTarget);
    }

    internal static SetTarget Read(ref WireReader reader) => new(
        reader.U32(),
        reader.U256());
}
