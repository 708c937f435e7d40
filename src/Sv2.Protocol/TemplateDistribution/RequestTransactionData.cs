namespace Sv2.Protocol.TemplateDistribution;

/// <summary><c>RequestTransactionData</c> (spec 07, message 0x73). Client to server: asks for the transactions of a template.</summary>
/// <param name="TemplateId">The template. U64.</param>
public sealed record RequestTransactionData(
    ulong TemplateId) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x73;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override int PayloadLength => 8;

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.U64(TemplateId);
    }

    internal static RequestTransactionData Read(ref WireReader reader) => new(
        reader.U64());
}
