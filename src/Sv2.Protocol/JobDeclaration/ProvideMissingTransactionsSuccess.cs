using System.Collections.Immutable;

namespace Sv2.Protocol.JobDeclaration;

/// <summary><c>ProvideMissingTransactions.Success</c> (spec 06, message 0x56). Client to server: the transactions asked for.</summary>
/// <param name="RequestId">The request this answers. U32.</param>
/// <param name="TransactionList">Serialised transactions with witness, in the order asked for. SEQ0_64K[B0_16M].</param>
public sealed record ProvideMissingTransactionsSuccess(
    uint RequestId,
    ImmutableArray<ReadOnlyMemory<byte>> TransactionList) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x56;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override int PayloadLength => 4 + WireSize.Seq64KB16M(TransactionList);

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.U32(RequestId);
        writer.Seq64KB16M(TransactionList);
    }

    internal static ProvideMissingTransactionsSuccess Read(ref WireReader reader) => new(
        reader.U32(),
        reader.Seq64KB16M());
}
