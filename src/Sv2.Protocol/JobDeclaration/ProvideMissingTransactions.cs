using System.Collections.Immutable;

namespace Sv2.Protocol.JobDeclaration;

/// <summary><c>ProvideMissingTransactions</c> (spec 06, message 0x55).</summary>
/// <param name="RequestId">U32</param>
/// <param name="UnknownTxPositionList">SEQ0_64K[U16]</param>
public sealed record ProvideMissingTransactions(
    uint RequestId,
    ImmutableArray<ushort> UnknownTxPositionList) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x55;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override int PayloadLength => 4 + 2 + (2 * UnknownTxPositionList.Length);

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
