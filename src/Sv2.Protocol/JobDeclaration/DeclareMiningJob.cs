using System.Collections.Immutable;
using Bitcoin;

namespace Sv2.Protocol.JobDeclaration;

/// <summary><c>DeclareMiningJob</c> (spec 06, message 0x57).</summary>
/// <param name="RequestId">U32</param>
/// <param name="MiningJobToken">B0_255</param>
/// <param name="Version">U32</param>
/// <param name="CoinbaseTxPrefix">B0_64K</param>
/// <param name="CoinbaseTxSuffix">B0_64K</param>
/// <param name="WtxidList">SEQ0_64K[U256]</param>
/// <param name="ExcessData">B0_64K</param>
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
    public override int PayloadLength => 8 + 1 + MiningJobToken.Length + 2 + CoinbaseTxPrefix.Length + 2 + CoinbaseTxSuffix.Length + 2 + (32 * WtxidList.Length) + 2 + ExcessData.Length;

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
