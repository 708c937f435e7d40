using Bitcoin;

namespace Sv2.Protocol.Mining;

/// <summary>
/// <c>OpenStandardMiningChannel</c> (spec 05, message 0x10). Client to server: opens a channel for a device that rolls the header
/// only.
/// </summary>
/// <param name="RequestId">Chosen by the client; the answer carries it back. U32. Unique within the connection.</param>
/// <param name="UserIdentity">Account and worker in the server's form. STR0_255.</param>
/// <param name="NominalHashRate">Expected hashes/s; may be anything a float can be. F32.</param>
/// <param name="MaxTarget">Highest target the device can work with, little-endian. U256.</param>
public sealed record OpenStandardMiningChannel(
    uint RequestId,
    string UserIdentity,
    float NominalHashRate,
    U256 MaxTarget) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x10;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override int PayloadLength => 40 + WireSize.Str255(UserIdentity);

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.U32(RequestId);
        writer.Str255(UserIdentity);
        writer.F32(NominalHashRate);
        writer.U256(MaxTarget);
    }

    internal static OpenStandardMiningChannel Read(ref WireReader reader) => new(
        reader.U32(),
        reader.Str255(),
        reader.F32(),
        reader.U256());
}
