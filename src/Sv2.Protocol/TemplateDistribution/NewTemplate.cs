using System.Collections.Immutable;
using Bitcoin;

namespace Sv2.Protocol.TemplateDistribution;

/// <summary><c>NewTemplate</c> (spec 07, message 0x71). Server to client: a block template without its transactions.</summary>
/// <param name="TemplateId">The provider's number, strictly increasing. U64.</param>
/// <param name="FutureTemplate">Whether it waits for a SetNewPrevHash; otherwise it is for the tip named last. BOOL.</param>
/// <param name="Version">Block version. U32.</param>
/// <param name="CoinbaseTxVersion">Coinbase transaction version. U32.</param>
/// <param name="CoinbasePrefix">Start of the scriptSig, at most 8 bytes in practice: the height (BIP34). B0_255.</param>
/// <param name="CoinbaseTxInputSequence">nSequence of the coinbase input. U32.</param>
/// <param name="CoinbaseTxValueRemaining">Sats the client's outputs share out: subsidy and fees. U64.</param>
/// <param name="CoinbaseTxOutputsCount">Outputs in the next field. U32.</param>
/// <param name="CoinbaseTxOutputs">Serialised outputs without a count, to stand last; the witness commitment. B0_64K.</param>
/// <param name="CoinbaseTxLocktime">Coinbase lock time. U32.</param>
/// <param name="MerklePath">Siblings from the coinbase upwards, little-endian. SEQ0_255[U256].</param>
public sealed record NewTemplate(
    ulong TemplateId,
    bool FutureTemplate,
    uint Version,
    uint CoinbaseTxVersion,
    ReadOnlyMemory<byte> CoinbasePrefix,
    uint CoinbaseTxInputSequence,
    ulong CoinbaseTxValueRemaining,
    uint CoinbaseTxOutputsCount,
    ReadOnlyMemory<byte> CoinbaseTxOutputs,
    uint CoinbaseTxLocktime,
    ImmutableArray<U256> MerklePath) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x71;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override int PayloadLength => 37 + 1 + CoinbasePrefix.Length + 2 + CoinbaseTxOutputs.Length + 1 + WireSize.Items(MerklePath, 32);

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.U64(TemplateId);
        writer.Bool(FutureTemplate);
        writer.U32(Version);
        writer.U32(CoinbaseTxVersion);
        writer.B255(CoinbasePrefix);
        writer.U32(CoinbaseTxInputSequence);
        writer.U64(CoinbaseTxValueRemaining);
        writer.U32(CoinbaseTxOutputsCount);
        writer.B64K(CoinbaseTxOutputs);
        writer.U32(CoinbaseTxLocktime);
        writer.Seq255U256(MerklePath);
    }

    internal static NewTemplate Read(ref WireReader reader) => new(
        reader.U64(),
        reader.Bool(),
        reader.U32(),
        reader.U32(),
        reader.B255(),
        reader.U32(),
        reader.U64(),
        reader.U32(),
        reader.B64K(),
        reader.U32(),
        reader.Seq255U256());
}
