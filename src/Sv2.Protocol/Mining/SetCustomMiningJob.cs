using System.Collections.Immutable;
using Bitcoin;

namespace Sv2.Protocol.Mining;

/// <summary><c>SetCustomMiningJob</c> (spec 05, message 0x22).</summary>
/// <param name="ChannelId">U32</param>
/// <param name="RequestId">U32</param>
/// <param name="MiningJobToken">B0_255</param>
/// <param name="Version">U32</param>
/// <param name="PrevHash">U256</param>
/// <param name="MinNTime">U32</param>
/// <param name="NBits">U32</param>
/// <param name="CoinbaseTxVersion">U32</param>
/// <param name="CoinbasePrefix">B0_255</param>
/// <param name="CoinbaseTxInputNSequence">U32</param>
/// <param name="CoinbaseTxOutputs">B0_64K</param>
/// <param name="CoinbaseTxLocktime">U32</param>
/// <param name="MerklePath">SEQ0_255[U256]</param>
public sealed record SetCustomMiningJob(
    uint ChannelId,
    uint RequestId,
    ReadOnlyMemory<byte> MiningJobToken,
    uint Version,
    U256 PrevHash,
    uint MinNTime,
    uint NBits,
    uint CoinbaseTxVersion,
    ReadOnlyMemory<byte> CoinbasePrefix,
    uint CoinbaseTxInputNSequence,
    ReadOnlyMemory<byte> CoinbaseTxOutputs,
    uint CoinbaseTxLocktime,
    ImmutableArray<U256> MerklePath) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x22;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override bool IsChannelMessage => true;

    /// <inheritdoc/>
    public override int PayloadLength => 64 + 1 + MiningJobToken.Length + 1 + CoinbasePrefix.Length + 2 + CoinbaseTxOutputs.Length + 1 + (32 * MerklePath.Length);

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.U32(ChannelId);
        writer.U32(RequestId);
        writer.B255(MiningJobToken);
        writer.U32(Version);
        writer.U256(PrevHash);
        writer.U32(MinNTime);
        writer.U32(NBits);
        writer.U32(CoinbaseTxVersion);
        writer.B255(CoinbasePrefix);
        writer.U32(CoinbaseTxInputNSequence);
        writer.B64K(CoinbaseTxOutputs);
        writer.U32(CoinbaseTxLocktime);
        writer.Seq255U256(MerklePath);
    }

    internal static SetCustomMiningJob Read(ref WireReader reader) => new(
        reader.U32(),
        reader.U32(),
        reader.B255(),
        reader.U32(),
        reader.U256(),
        reader.U32(),
        reader.U32(),
        reader.U32(),
        reader.B255(),
        reader.U32(),
        reader.B64K(),
        reader.U32(),
        reader.Seq255U256());
}
