using System.Collections.Immutable;

namespace Sv2.Protocol.TemplateDistribution;

/// <summary><c>RequestTransactionData.Success</c> (spec 07, message 0x74).</summary>
/// <param name="TemplateId">U64</param>
/// <param name="ExcessData">B0_64K</param>
/// <param name="TransactionList">SEQ0_64K[B0_16M]</param>
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
