namespace Sv2.Protocol.Mining;

/// <summary><c>SetCustomMiningJob.Error</c> (spec 05, message 0x24). Server to client: the pool does not pay for the job.</summary>
/// <param name="ChannelId">The channel. U32.</param>
/// <param name="RequestId">The request this answers. U32.</param>
/// <param name="ErrorCode">One of <see cref="ErrorCodes"/> or anything else; data, never a reason to guess. STR0_255.</param>
public sealed record SetCustomMiningJobError(
    uint ChannelId,
    uint RequestId,
    string ErrorCode) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x24;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override bool IsChannelMessage => true;

    /// <inheritdoc/>
    public override int PayloadLength => 8 + WireSize.Str255(ErrorCode);

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.U32(ChannelId);
        writer.U32(RequestId);
        writer.Str255(ErrorCode);
    }

    internal static SetCustomMiningJobError Read(ref WireReader reader) => new(
        reader.U32(),
        reader.U32(),
        reader.Str255());
}
