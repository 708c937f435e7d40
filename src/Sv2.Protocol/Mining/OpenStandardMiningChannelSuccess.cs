using Bitcoin;

namespace Sv2.Protocol.Mining;

/// <summary><c>OpenStandardMiningChannel.Success</c> (spec 05, message 0x11). Server to client: the standard channel is open.</summary>
/// <param name="RequestId">The request this answers. U32.</param>
/// <param name="ChannelId">The new channel, for the life of the connection. U32.</param>
/// <param name="Target">Share target, little-endian. U256.</param>
/// <param name="ExtranoncePrefix">The channel's whole extranonce. B0_32.</param>
/// <param name="GroupChannelId">The group whose messages are for this channel too. U32.</param>
public sealed record OpenStandardMiningChannelSuccess(
    uint RequestId,
    uint ChannelId,
    U256 Target,
    ReadOnlyMemory<byte> ExtranoncePrefix,
    uint GroupChannelId) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x11;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override int PayloadLength => 44 + 1 + ExtranoncePrefix.Length;

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.U32(RequestId);
        writer.U32(ChannelId);
        writer.U256(Target);
        writer.B32(ExtranoncePrefix);
        writer.U32(GroupChannelId);
    }

    internal static OpenStandardMiningChannelSuccess Read(ref WireReader reader) => new(
        reader.U32(),
        reader.U32(),
        reader.U256(),
        reader.B32(),
        reader.U32());
}
