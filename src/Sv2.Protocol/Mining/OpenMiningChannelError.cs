namespace Sv2.Protocol.Mining;

/// <summary><c>OpenMiningChannel.Error</c> (spec 05, message 0x12). Server to client: no channel, standard or extended.</summary>
/// <param name="RequestId">The request this answers. U32.</param>
/// <param name="ErrorCode">One of <see cref="ErrorCodes"/> or anything else; data, never a reason to guess. STR0_255.</param>
public sealed record OpenMiningChannelError(
    uint RequestId,
    string ErrorCode) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x12;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override int PayloadLength => 4 + WireSize.Str255(ErrorCode);

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.U32(RequestId);
        writer.Str255(ErrorCode);
    }

    internal static OpenMiningChannelError Read(ref WireReader reader) => new(
        reader.U32(),
        reader.Str255());
}
