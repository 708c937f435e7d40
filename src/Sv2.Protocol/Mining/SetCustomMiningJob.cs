using System.Collections.Immutable;
using Bitcoin;

namespace Sv2.Protocol.Mining;

/// <summary>
/// <c>SetCustomMiningJob</c> (spec 05, message 0x22). Client to server: the client wants to be paid for work on this job of its
/// own.
/// </summary>
/// <param name="ChannelId">An extended or group channel. U32.</param>
/// <param name="RequestId">Chosen by the client; the answer carries it back. U32.</param>
/// <param name="MiningJobToken">
/// From DeclareMiningJob.Success, or in coinbase-only mode from AllocateMiningJobToken.Success. B0_255.
/// </param>
/// <param name="Version">Block version; general purpose bits may change later (BIP320). U32.</param>
/// <param name="PrevHash">The block before, little-endian as in a header. U256.</param>
/// <param name="MinNTime">Least header time, unix seconds. U32.</param>
/// <param name="NBits">Header target, compact. U32.</param>
/// <param name="CoinbaseTxVersion">Coinbase transaction version. U32.</param>
/// <param name="CoinbasePrefix">Start of the scriptSig up to the extranonce. B0_255.</param>
/// <param name="CoinbaseTxInputNSequence">nSequence of the coinbase input. U32.</param>
/// <param name="CoinbaseTxOutputs">CompactSize count and serialised outputs, values in sats. B0_64K.</param>
/// <param name="CoinbaseTxLocktime">Coinbase lock time. U32.</param>
/// <param name="MerklePath">Siblings from the coinbase upwards, little-endian. SEQ0_255[U256].</param>
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
    public override int PayloadLength =>
        64 + 1 + MiningJobToken.Length + 1 + CoinbasePrefix.Length + 2 + CoinbaseTxOutputs.Length + 1
        + WireSize.Items(MerklePath, 32);

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
