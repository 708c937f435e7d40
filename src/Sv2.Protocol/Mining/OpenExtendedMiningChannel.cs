using Bitcoin;

namespace Sv2.Protocol.Mining;

/// <summary>
/// <c>OpenExtendedMiningChannel</c> (spec 05, message 0x13). Client to server: opens a channel for who rolls or splits the
/// extranonce.
/// </summary>
/// <param name="RequestId">Chosen by the client; the answer carries it back. U32. Unique within the connection.</param>
/// <param name="UserIdentity">Account and worker in the server's form. STR0_255.</param>
/// <param name="NominalHashRate">Expected hashes/s of all devices behind; may be anything a float can be. F32.</param>
/// <param name="MaxTarget">Highest target the devices can work with, little-endian. U256.</param>
/// <param name="MinExtranonceSize">Bytes of extranonce the client needs to itself. U16.</param>
public sealed record OpenExtendedMiningChannel(
    uint RequestId,
    string UserIdentity,
    float NominalHashRate,
    U256 MaxTarget,
    ushort MinExtranonceSize) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x13;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override int PayloadLength => 42 + WireSize.Str255(UserIdentity);

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.U32(RequestId);
        writer.Str255(UserIdentity);
        writer.F32(NominalHashRate);
        writer.U256(MaxTarget);
        writer.U16(MinExtranonceSize);
    }

    internal static OpenExtendedMiningChannel Read(ref WireReader reader) => new(
        reader.U32(),
        reader.Str255(),
        reader.F32(),
        reader.U256(),
        reader.U16());
}
