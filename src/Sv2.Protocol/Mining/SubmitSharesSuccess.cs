namespace Sv2.Protocol.Mining;

/// <summary><c>SubmitShares.Success</c> (spec 05, message 0x1c). Server to client: shares were accepted, several at once.</summary>
/// <param name="ChannelId">The channel. U32.</param>
/// <param name="LastSequenceNumber">Sequence number of the last share this counts. U32.</param>
/// <param name="NewSubmitsAcceptedCount">Shares since the last such message. U32.</param>
/// <param name="NewSharesSum">Sum of their difficulties since the last such message. U64.</param>
public sealed record SubmitSharesSuccess(
    uint ChannelId,
    uint LastSequenceNumber,
    uint NewSubmitsAcceptedCount,
    ulong NewSharesSum) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x1c;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override bool IsChannelMessage => true;

    /// <inheritdoc/>
    public override int PayloadLength => 20;

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.U32(ChannelId);
        writer.U32(LastSequenceNumber);
        writer.U32(NewSubmitsAcceptedCount);
        writer.U64(NewSharesSum);
    }

    internal static SubmitSharesSuccess Read(ref WireReader reader) => new(
        reader.U32(),
        reader.U32(),
        reader.U32(),
        reader.U64());
}
