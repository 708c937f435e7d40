using Bitcoin;

namespace Sv2.Protocol.TemplateDistribution;

/// <summary>
/// <c>SetNewPrevHash</c> (spec 07, message 0x72). Server to client: a new block is the tip, and this future template builds on
/// it.
/// </summary>
/// <param name="TemplateId">A template that came as a future template. U64.</param>
/// <param name="PrevHash">The block before, little-endian as in a header. U256.</param>
/// <param name="HeaderTimestamp">Header time to start with, unix seconds; not the least valid one. U32.</param>
/// <param name="NBits">Header target, compact. U32.</param>
/// <param name="Target">Highest hash of a block, little-endian; may be below what nBits says. U256.</param>
public sealed record SetNewPrevHash(
    ulong TemplateId,
    U256 PrevHash,
    uint HeaderTimestamp,
    uint NBits,
    U256 Target) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x72;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override int PayloadLength => 80;

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.U64(TemplateId);
        writer.U256(PrevHash);
        writer.U32(HeaderTimestamp);
        writer.U32(NBits);
        writer.U256(Target);
    }

    internal static SetNewPrevHash Read(ref WireReader reader) => new(
        reader.U64(),
        reader.U256(),
        reader.U32(),
        reader.U32(),
        reader.U256());
}
