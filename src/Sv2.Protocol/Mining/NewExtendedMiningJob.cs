using System.Collections.Immutable;
using Bitcoin;

namespace Sv2.Protocol.Mining;

/// <summary><c>NewExtendedMiningJob</c> (spec 05, message 0x1f).</summary>
/// <param name="ChannelId">U32</param>
/// <param name="JobId">U32</param>
/// <param name="MinNTime">OPTION[U32]</param>
/// <param name="Version">U32</param>
/// <param name="VersionRollingAllowed">BOOL</param>
/// <param name="MerklePath">SEQ0_255[U256]</param>
/// <param name="CoinbaseTxPrefix">B0_64K</param>
/// <param name="CoinbaseTxSuffix">B0_64K</param>
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
    public override int PayloadLength => 13 + WireSize.OptionU32(MinNTime) + 1 + (32 * MerklePath.Length) + 2 + CoinbaseTxPrefix.Length + 2 + CoinbaseTxSuffix.Length;

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
