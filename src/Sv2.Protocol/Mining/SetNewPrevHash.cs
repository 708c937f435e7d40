using Bitcoin;

namespace Sv2.Protocol.Mining;

/// <summary>
/// <c>SetNewPrevHash</c> (spec 05, message 0x20). Server to client: a new block is the tip; the named future job is now the only
/// valid one.
/// </summary>
/// <param name="ChannelId">The channel, or a group channel: then for every channel of the group. U32.</param>
/// <param name="JobId">A job that came as a future job. U32.</param>
/// <param name="PrevHash">The block before, little-endian as in a header. U256.</param>
/// <param name="MinNTime">Least header time, unix seconds. U32.</param>
/// <param name="NBits">Header target, compact. U32.</param>
public sealed record SetNewPrevHash(
    uint ChannelId,
    uint JobId,
    U256 PrevHash,
    uint MinNTime,
    uint NBits) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x20;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override bool IsChannelMessage => true;

    /// <inheritdoc/>
    public override int PayloadLength => 48;

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.U32(ChannelId);
        writer.U32(JobId);
        writer.U256(PrevHash);
        writer.U32(MinNTime);
        writer.U32(NBits);
    }

    internal static SetNewPrevHash Read(ref WireReader reader) => new(
        reader.U32(),
        reader.U32(),
        reader.U256(),
        reader.U32(),
        reader.U32());
}
