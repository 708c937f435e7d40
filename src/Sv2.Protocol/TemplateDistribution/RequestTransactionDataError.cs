namespace Sv2.Protocol.TemplateDistribution;

/// <summary><c>RequestTransactionData.Error</c> (spec 07, message 0x75). Server to client: no transactions.</summary>
/// <param name="TemplateId">The template. U64.</param>
/// <param name="ErrorCode">One of <see cref="ErrorCodes"/> or anything else; data, never a reason to guess. STR0_255.</param>
public sealed record RequestTransactionDataError(
    ulong TemplateId,
    string ErrorCode) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x75;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override int PayloadLength => 8 + WireSize.Str255(ErrorCode);

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.U64(TemplateId);
        writer.Str255(ErrorCode);
    }

    internal static RequestTransactionDataError Read(ref WireReader reader) => new(
        reader.U64(),
        reader.Str255());
}
