using Bitcoin;

namespace Sv2.Protocol.Mining;

/// <summary><c>OpenExtendedMiningChannel</c> (spec 05, message 0x13).</summary>
/// <param name="RequestId">U32</param>
/// <param name="UserIdentity">STR0_255</param>
/// <param name="NominalHashRate">F32</param>
/// <param name="MaxTarget">U256</param>
/// <param name="MinExtranonceSize">U16</param>
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
