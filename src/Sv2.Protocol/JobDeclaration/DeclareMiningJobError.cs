namespace Sv2.Protocol.JobDeclaration;

/// <summary><c>DeclareMiningJob.Error</c> (spec 06, message 0x59). Server to client: the block is refused.</summary>
/// <param name="RequestId">The request this answers. U32.</param>
/// <param name="ErrorCode">One of <see cref="ErrorCodes"/> or anything else; data, never a reason to guess. STR0_255.</param>
/// <param name="ErrorDetails">Free form, often text. B0_64K.</param>
public sealed record DeclareMiningJobError(
    uint RequestId,
    string ErrorCode,
    ReadOnlyMemory<byte> ErrorDetails) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x59;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override int PayloadLength => 4 + WireSize.Str255(ErrorCode) + 2 + ErrorDetails.Length;

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.U32(RequestId);
        writer.Str255(ErrorCode);
        writer.B64K(ErrorDetails);
    }

    internal static DeclareMiningJobError Read(ref WireReader reader) => new(
        reader.U32(),
        reader.Str255(),
        reader.B64K());
}
