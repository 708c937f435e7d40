namespace Sv2.Protocol.TemplateDistribution;

/// <summary>
/// <c>CoinbaseOutputConstraints</c> (spec 07, message 0x70). Client to server: the room templates must leave in the coinbase.
/// </summary>
/// <param name="CoinbaseOutputMaxAdditionalSize">Serialised bytes of the outputs the client will add. U32.</param>
/// <param name="CoinbaseOutputMaxAdditionalSigops">Signature operation cost of these outputs. U16.</param>
public sealed record CoinbaseOutputConstraints(
    uint CoinbaseOutputMaxAdditionalSize,
    ushort CoinbaseOutputMaxAdditionalSigops) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x70;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override int PayloadLength => 6;

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.U32(CoinbaseOutputMaxAdditionalSize);
        writer.U16(CoinbaseOutputMaxAdditionalSigops);
    }

    internal static CoinbaseOutputConstraints Read(ref WireReader reader) => new(
        reader.U32(),
        reader.U16());
}
