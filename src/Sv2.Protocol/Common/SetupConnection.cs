namespace Sv2.Protocol.Common;

/// <summary>
/// <c>SetupConnection</c> (spec 03, message 0x00). The first message of a connection, client to server: which protocol and
/// versions the client speaks, and who it is.
/// </summary>
/// <param name="Protocol"><see cref="SetupProtocol"/>. U8.</param>
/// <param name="MinVersion">Lowest version the client speaks; 2. U16.</param>
/// <param name="MaxVersion">Highest version the client speaks; 2. U16.</param>
/// <param name="Flags"><see cref="SetupFlags"/> of the protocol. U32.</param>
/// <param name="EndpointHost">Name or address the client connected to, ASCII. STR0_255.</param>
/// <param name="EndpointPort">Port the client connected to. U16.</param>
/// <param name="Vendor">Who made the device or program. STR0_255.</param>
/// <param name="HardwareVersion">Kind of device, or of program. STR0_255.</param>
/// <param name="Firmware">Firmware or program version. STR0_255.</param>
/// <param name="DeviceId">The device's own identifier; empty without telemetry. STR0_255.</param>
public sealed record SetupConnection(
    byte Protocol,
    ushort MinVersion,
    ushort MaxVersion,
    uint Flags,
    string EndpointHost,
    ushort EndpointPort,
    string Vendor,
    string HardwareVersion,
    string Firmware,
    string DeviceId) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x00;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override int PayloadLength =>
        11 + WireSize.Str255(EndpointHost) + WireSize.Str255(Vendor) + WireSize.Str255(HardwareVersion)
        + WireSize.Str255(Firmware) + WireSize.Str255(DeviceId);

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.U8(Protocol);
        writer.U16(MinVersion);
        writer.U16(MaxVersion);
        writer.U32(Flags);
        writer.Str255(EndpointHost);
        writer.U16(EndpointPort);
        writer.Str255(Vendor);
        writer.Str255(HardwareVersion);
        writer.Str255(Firmware);
        writer.Str255(DeviceId);
    }

    internal static SetupConnection Read(ref WireReader reader) => new(
        reader.U8(),
        reader.U16(),
        reader.U16(),
        reader.U32(),
        reader.Str255(),
        reader.U16(),
        reader.Str255(),
        reader.Str255(),
        reader.Str255(),
        reader.Str255());
}
