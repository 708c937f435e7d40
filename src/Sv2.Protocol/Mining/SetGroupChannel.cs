using System.Collections.Immutable;

namespace Sv2.Protocol.Mining;

/// <summary>
/// <c>SetGroupChannel</c> (spec 05, message 0x25). Server to client: puts open channels into a group that jobs and prev-hashes
/// are sent to once.
/// </summary>
/// <param name="GroupChannelId">The group, in the same number space as channels. U32.</param>
/// <param name="ChannelIds">Channels, all with the same full extranonce size. SEQ0_64K[U32].</param>
public sealed record SetGroupChannel(
    uint GroupChannelId,
    ImmutableArray<uint> ChannelIds) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x25;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override int PayloadLength => 4 + 2 + WireSize.Items(ChannelIds, 4);

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.U32(GroupChannelId);
        writer.Seq64KU32(ChannelIds);
    }

    internal static SetGroupChannel Read(ref WireReader reader) => new(
        reader.U32(),
        reader.Seq64KU32());
}
