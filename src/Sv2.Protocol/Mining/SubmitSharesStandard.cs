namespace Sv2.Protocol.Mining;

/// <summary><c>SubmitSharesStandard</c> (spec 05, message 0x1a). Client to server: a share of a standard channel.</summary>
/// <param name="ChannelId">The channel. U32.</param>
/// <param name="SequenceNumber">Counted up by the client for each share of the channel. U32.</param>
/// <param name="JobId">The job. U32.</param>
/// <param name="Nonce">Header nonce. U32.</param>
/// <param name="NTime">Header time, unix seconds. U32.</param>
/// <param name="Version">Header version with rolled bits. U32.</param>
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
