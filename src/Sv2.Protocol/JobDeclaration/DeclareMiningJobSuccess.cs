namespace Sv2.Protocol.JobDeclaration;

/// <summary><c>DeclareMiningJob.Success</c> (spec 06, message 0x58). Server to client: the block is acceptable.</summary>
/// <param name="RequestId">The request this answers. U32.</param>
/// <param name="NewMiningJobToken">The token to send in SetCustomMiningJob; may be the old one. B0_255.</param>
public sealed record DeclareMiningJobSuccess(
    uint RequestId,
    ReadOnlyMemory<byte> NewMiningJobToken) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x58;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override int PayloadLength => 4 + 1 + NewMiningJobToken.Length;

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.U32(RequestId);
        writer.B255(NewMiningJobToken);
    }

    internal static DeclareMiningJobSuccess Read(ref WireReader reader) => new(
        reader.U32(),
        reader.B255());
}
