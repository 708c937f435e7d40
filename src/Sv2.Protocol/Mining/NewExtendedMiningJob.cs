using System.Collections.Immutable;
using Bitcoin;

namespace Sv2.Protocol.Mining;

/// <summary><c>NewExtendedMiningJob</c> (spec 05, message 0x1f). Server to client: work for an extended or group channel.</summary>
/// <param name="ChannelId">The channel, or a group channel: then for every channel of the group. U32.</param>
/// <param name="JobId">The job's number in the channel. U32.</param>
/// <param name="MinNTime">
/// Least header time, unix seconds; null for a future job, which waits for its SetNewPrevHash. OPTION[U32].
/// </param>
/// <param name="Version">Block version. U32.</param>
/// <param name="VersionRollingAllowed">Whether the BIP320 bits may be rolled. BOOL.</param>
/// <param name="MerklePath">Siblings from the coinbase upwards, little-endian. SEQ0_255[U256].</param>
/// <param name="CoinbaseTxPrefix">
/// Serialised coinbase up to the extranonce prefix, without marker and flag (spec 03, 3.7.1). B0_64K.
/// </param>
/// <param name="CoinbaseTxSuffix">Serialised coinbase behind the extranonce, without witness. B0_64K.</param>
public sealed record NewExtendedMiningJob(
    uint ChannelId,
    uint JobId,
    uint? MinNTime,
    uint Version,
    bool VersionRollingAllowed,
    ImmutableArray<U256> MerklePath,
    ReadOnlyMemory<byte> CoinbaseTxPrefix,
    ReadOnlyMemory<byte> CoinbaseTxSuffix) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x1f;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override bool IsChannelMessage => true;

    /// <inheritdoc/>
    public override int PayloadLength =>
        13 + WireSize.OptionU32(MinNTime) + 1 + WireSize.Items(MerklePath, 32) + 2 + CoinbaseTxPrefix.Length + 2
        + CoinbaseTxSuffix.Length;

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.U32(ChannelId);
        writer.U32(JobId);
        writer.OptionU32(MinNTime);
        writer.U32(Version);
        writer.Bool(VersionRollingAllowed);
        writer.Seq255U256(MerklePath);
        writer.B64K(CoinbaseTxPrefix);
        writer.B64K(CoinbaseTxSuffix);
    }

    internal static NewExtendedMiningJob Read(ref WireReader reader) => new(
        reader.U32(),
        reader.U32(),
        reader.OptionU32(),
        reader.U32(),
        reader.Bool(),
        reader.Seq255U256(),
        reader.B64K(),
        reader.B64K());
}
