using Bitcoin;

namespace Sv2.Protocol.Mining;

/// <summary><c>SetNewPrevHash (Mining)</c> (spec 05, message 0x20).</summary>
/// <param name="ChannelId">U32</param>
/// <param name="JobId">U32</param>
/// <param name="PrevHash">U256</param>
/// <param name="MinNTime">U32</param>
/// <param name="NBits">U32</param>
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
