namespace Sv2.Protocol.Mining;

/// <summary><c>SubmitSharesStandard</c> (spec 05, message 0x1a).</summary>
/// <param name="ChannelId">U32</param>
/// <param name="SequenceNumber">U32</param>
/// <param name="JobId">U32</param>
/// <param name="Nonce">U32</param>
/// <param name="NTime">U32</param>
/// <param name="Version">U32</param>
public sealed record SubmitSharesStandard(
    uint ChannelId,
    uint SequenceNumber,
    uint JobId,
    uint Nonce,
    uint NTime,
    uint Version) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x1a;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override bool IsChannelMessage => true;

    /// <inheritdoc/>
    public override int PayloadLength => 24;

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.U32(ChannelId);
        writer.U32(SequenceNumber);
        writer.U32(JobId);
        writer.U32(Nonce);
        writer.U32(NTime);
        writer.U32(Version);
    }

    internal static SubmitSharesStandard Read(ref WireReader reader) => new(
        reader.U32(),
        reader.U32(),
        reader.U32(),
        reader.U32(),
        reader.U32(),
        reader.U32());
}
