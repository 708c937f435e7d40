using System.Collections.Immutable;
using Bitcoin;

namespace Sv2.Protocol.JobDeclaration;

/// <summary>
/// <c>DeclareMiningJob</c> (spec 06, message 0x57). Client to server, full-template mode: the block the client wants to mine.
/// </summary>
/// <param name="RequestId">Chosen by the client; the answer carries it back. U32.</param>
/// <param name="MiningJobToken">From AllocateMiningJobToken.Success. B0_255.</param>
/// <param name="Version">Block version; general purpose bits may change later (BIP320). U32.</param>
/// <param name="CoinbaseTxPrefix">Serialised coinbase up to the extranonce, marker and flag included (spec 03, 3.7.2). B0_64K.</param>
/// <param name="CoinbaseTxSuffix">Serialised coinbase behind the extranonce, witness included. B0_64K.</param>
/// <param name="WtxidList">Witness transaction ids of the block in order, without the coinbase; little-endian. SEQ0_64K[U256].</param>
/// <param name="ExcessData">The template provider's excess_data, as it came. B0_64K.</param>
public sealed record DeclareMiningJob(
    uint RequestId,
    ReadOnlyMemory<byte> MiningJobToken,
    uint Version,
    ReadOnlyMemory<byte> CoinbaseTxPrefix,
    ReadOnlyMemory<byte> CoinbaseTxSuffix,
    ImmutableArray<U256> WtxidList,
    ReadOnlyMemory<byte> ExcessData) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x57;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override int PayloadLength =>
        8 + 1 + MiningJobToken.Length + 2 + CoinbaseTxPrefix.Length + 2 + CoinbaseTxSuffix.Length + 2
        + WireSize.Items(WtxidList, 32) + 2 + ExcessData.Length;

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.U32(RequestId);
        writer.B255(MiningJobToken);
        writer.U32(Version);
        writer.B64K(CoinbaseTxPrefix);
        writer.B64K(CoinbaseTxSuffix);
        writer.Seq64KU256(WtxidList);
        writer.B64K(ExcessData);
    }

    internal static DeclareMiningJob Read(ref WireReader reader) => new(
        reader.U32(),
        reader.B255(),
        reader.U32(),
        reader.B64K(),
        reader.B64K(),
        reader.Seq64KU256(),
        reader.B64K());
}
