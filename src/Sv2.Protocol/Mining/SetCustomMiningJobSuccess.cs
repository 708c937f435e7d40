namespace Sv2.Protocol.Mining;

/// <summary>
/// <c>SetCustomMiningJob.Success</c> (spec 05, message 0x23). Server to client: the pool pays for the job; shares may be
/// submitted.
/// </summary>
/// <param name="ChannelId">The channel. U32.</param>
/// <param name="RequestId">The request this answers. U32.</param>
/// <param name="JobId">The pool's number of the job, for shares. U32.</param>
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
