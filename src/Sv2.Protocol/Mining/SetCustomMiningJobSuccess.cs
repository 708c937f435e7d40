namespace Sv2.Protocol.Mining;

/// <summary><c>SetCustomMiningJob.Success</c> (spec 05, message 0x23).</summary>
/// <param name="ChannelId">U32</param>
/// <param name="RequestId">U32</param>
/// <param name="JobId">U32</param>
public sealed record SetCustomMiningJobSuccess(
    uint ChannelId,
    uint RequestId,
    uint JobId) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x23;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override bool IsChannelMessage => true;

    /// <inheritdoc/>
    public override int PayloadLength => 12;

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.U32(ChannelId);
        writer.U32(RequestId);
        writer.U32(JobId);
    }

    internal static SetCustomMiningJobSuccess Read(ref WireReader reader) => new(
        reader.U32(),
        reader.U32(),
        reader.U32());
}
