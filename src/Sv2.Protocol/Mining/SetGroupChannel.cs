using System.Collections.Immutable;

namespace Sv2.Protocol.Mining;

/// <summary><c>SetGroupChannel</c> (spec 05, message 0x25).</summary>
/// <param name="GroupChannelId">U32</param>
/// <param name="ChannelIds">SEQ0_64K[U32]</param>
public sealed record SetGroupChannel(
    uint GroupChannelId,
    ImmutableArray<uint> ChannelIds) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x25;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override int PayloadLength => 4 + 2 + (4 * ChannelIds.Length);

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
