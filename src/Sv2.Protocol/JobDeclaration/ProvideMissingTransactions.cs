using System.Collections.Immutable;

namespace Sv2.Protocol.JobDeclaration;

/// <summary>
/// <c>ProvideMissingTransactions</c> (spec 06, message 0x55). Server to client: these transactions of a declared block are not
/// known to it.
/// </summary>
/// <param name="RequestId">That of the DeclareMiningJob. U32.</param>
/// <param name="UnknownTxPositionList">Positions in the wtxid list, from 0. SEQ0_64K[U16].</param>
public sealed record ProvideMissingTransactions(
    uint RequestId,
    ImmutableArray<ushort> UnknownTxPositionList) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x55;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override int PayloadLength => 4 + 2 + WireSize.Items(UnknownTxPositionList, 2);

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.U32(RequestId);
        writer.Seq64KU16(UnknownTxPositionList);
    }

    internal static ProvideMissingTransactions Read(ref WireReader reader) => new(
        reader.U32(),
        reader.Seq64KU16());
}
