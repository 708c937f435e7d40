using System.Collections.Immutable;

namespace Sv2.Protocol.TemplateDistribution;

/// <summary><c>RequestTransactionData.Success</c> (spec 07, message 0x74). Server to client: the transactions of a template.</summary>
/// <param name="TemplateId">The template. U64.</param>
/// <param name="ExcessData">What the pool may need besides; not to be interpreted. B0_64K.</param>
/// <param name="TransactionList">Serialised transactions with witness, in block order, without the coinbase. SEQ0_64K[B0_16M].</param>
public sealed record RequestTransactionDataSuccess(
    ulong TemplateId,
    ReadOnlyMemory<byte> ExcessData,
    ImmutableArray<ReadOnlyMemory<byte>> TransactionList) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x74;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override int PayloadLength => 8 + 2 + ExcessData.Length + WireSize.Seq64KB16M(TransactionList);

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.U64(TemplateId);
        writer.B64K(ExcessData);
        writer.Seq64KB16M(TransactionList);
    }

    internal static RequestTransactionDataSuccess Read(ref WireReader reader) => new(
        reader.U64(),
        reader.B64K(),
        reader.Seq64KB16M());
}
