using Bitcoin;

namespace Sv2.Protocol.Mining;

/// <summary><c>NewMiningJob</c> (spec 05, message 0x15). Server to client: work for a standard channel.</summary>
/// <param name="ChannelId">The channel. U32.</param>
/// <param name="JobId">The job's number in the channel. U32.</param>
/// <param name="MinNTime">
/// Least header time, unix seconds; null for a future job, which waits for its SetNewPrevHash. OPTION[U32].
/// </param>
/// <param name="Version">Block version; the BIP320 bits are the device's to roll. U32.</param>
/// <param name="MerkleRoot">Header merkle root, little-endian. U256.</param>
public sealed record NewMiningJob(
    uint ChannelId,
    uint JobId,
    uint? MinNTime,
    uint Version,
    U256 MerkleRoot) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x15;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override bool IsChannelMessage => true;

    /// <inheritdoc/>
    public override int PayloadLength => 44 + WireSize.OptionU32(MinNTime);

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.U32(ChannelId);
        writer.U32(JobId);
        writer.OptionU32(MinNTime);
        writer.U32(Version);
        writer.U256(MerkleRoot);
    }

    internal static NewMiningJob Read(ref WireReader reader) => new(
        reader.U32(),
        reader.U32(),
        reader.OptionU32(),
        reader.U32(),
        reader.U256());
}
