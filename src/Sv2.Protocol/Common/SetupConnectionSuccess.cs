namespace Sv2.Protocol.Common;

/// <summary><c>SetupConnection.Success</c> (spec 03, message 0x01). Server to client: the connection may be used.</summary>
/// <param name="UsedVersion">The version both use from now on. U16.</param>
/// <param name="Flags"><see cref="SetupFlags"/> of the server. U32.</param>
public sealed record SetupConnectionSuccess(
    ushort UsedVersion,
    uint Flags) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x01;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override int PayloadLength => 6;

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.U16(UsedVersion);
        writer.U32(Flags);
    }

    internal static SetupConnectionSuccess Read(ref WireReader reader) => new(
        reader.U16(),
        reader.U32());
}
