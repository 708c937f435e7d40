using Bitcoin;

namespace Sv2.Protocol.TemplateDistribution;

/// <summary><c>SetNewPrevHash (Template Distribution)</c> (spec 07, message 0x72).</summary>
/// <param name="TemplateId">U64</param>
/// <param name="PrevHash">U256</param>
/// <param name="HeaderTimestamp">U32</param>
/// <param name="NBits">U32</param>
/// <param name="Target">U256</param>
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
