using System.Collections.Immutable;
using Sv2.Protocol.Extensions;

namespace Sv2.Protocol.Mining;

/// <summary><c>SubmitSharesExtended</c> (spec 05, message 0x1b). Client to server: a share of an extended channel.</summary>
/// <param name="ChannelId">The channel. U32.</param>
/// <param name="SequenceNumber">Counted up by the client for each share of the channel. U32.</param>
/// <param name="JobId">The job. U32.</param>
/// <param name="Nonce">Header nonce. U32.</param>
/// <param name="NTime">Header time, unix seconds. U32.</param>
/// <param name="Version">Header version with rolled bits. U32.</param>
/// <param name="Extranonce">The client's part, exactly the channel's extranonce_size. B0_32.</param>
public sealed record SubmitSharesExtended(
    uint ChannelId,
    uint SequenceNumber,
    uint JobId,
    uint Nonce,
    uint NTime,
    uint Version,
    ReadOnlyMemory<byte> Extranonce) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x1b;

    /// <summary>
    /// Fields of extensions, behind the last field of the message. To be sent only when negotiated. Fields of a received share
    /// that are broken are not here, and never fail the share.
    /// </summary>
    public ImmutableArray<Tlv> Tlvs { get; init; } = [];

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override bool IsChannelMessage => true;

    /// <inheritdoc/>
    public override int PayloadLength => 24 + 1 + Extranonce.Length + WireSize.Tlvs(Tlvs);

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.U32(ChannelId);
        writer.U32(SequenceNumber);
        writer.U32(JobId);
        writer.U32(Nonce);
        writer.U32(NTime);
        writer.U32(Version);
        writer.B32(Extranonce);
        writer.Tlvs(Tlvs);
    }

    internal static SubmitSharesExtended Read(ref WireReader reader)
    {
        var share = new SubmitSharesExtended(
            reader.U32(),
            reader.U32(),
            reader.U32(),
            reader.U32(),
            reader.U32(),
            reader.U32(),
            reader.B32());
        return reader.Remaining.IsEmpty ? share : share with { Tlvs = reader.Tlvs() };
    }
}
