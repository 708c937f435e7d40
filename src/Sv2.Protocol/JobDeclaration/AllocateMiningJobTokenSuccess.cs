namespace Sv2.Protocol.JobDeclaration;

/// <summary>
/// <c>AllocateMiningJobToken.Success</c> (spec 06, message 0x51). Server to client: a token, and what the coinbase must pay to.
/// </summary>
/// <param name="RequestId">The request this answers. U32.</param>
/// <param name="MiningJobToken">Opaque; to be used once. B0_255.</param>
/// <param name="CoinbaseTxOutputs">
/// CompactSize count and serialised outputs of value 0; the first is the pool's payout output. B0_64K.
/// </param>
public sealed record AllocateMiningJobTokenSuccess(
    uint RequestId,
    ReadOnlyMemory<byte> MiningJobToken,
    ReadOnlyMemory<byte> CoinbaseTxOutputs) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x51;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override int PayloadLength => 4 + 1 + MiningJobToken.Length + 2 + CoinbaseTxOutputs.Length;

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.U32(RequestId);
        writer.B255(MiningJobToken);
        writer.B64K(CoinbaseTxOutputs);
    }

    internal static AllocateMiningJobTokenSuccess Read(ref WireReader reader) => new(
        reader.U32(),
        reader.B255(),
        reader.B64K());
}
