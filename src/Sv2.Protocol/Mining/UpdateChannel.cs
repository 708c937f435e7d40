using Bitcoin;

namespace Sv2.Protocol.Mining;

/// <summary><c>UpdateChannel</c> (spec 05, message 0x16). Client to server: the hash rate behind the channel has changed.</summary>
/// <param name="ChannelId">The channel. U32.</param>
/// <param name="NominalHashRate">Expected hashes/s; may be anything a float can be. F32.</param>
/// <param name="MaximumTarget">Highest target the devices can work with, little-endian. U256.</param>
public sealed record UpdateChannel(
    uint ChannelId,
    float NominalHashRate,
    U256 MaximumTarget) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x16;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override bool IsChannelMessage => true;

    /// <inheritdoc/>
    public override int PayloadLength => 40;

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.U32(ChannelId);
        writer.F32(NominalHashRate);
        writer.U256(MaximumTarget);
    }

    internal static UpdateChannel Read(ref WireReader reader) => new(
        reader.U32(),
        reader.F32(),
        reader.U256());
}
