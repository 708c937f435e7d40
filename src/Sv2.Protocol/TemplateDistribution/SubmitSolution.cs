namespace Sv2.Protocol.TemplateDistribution;

/// <summary>
/// <c>SubmitSolution</c> (spec 07, message 0x76). Client to server: a block has been found on a template; there is no answer.
/// </summary>
/// <param name="TemplateId">The template. U64.</param>
/// <param name="Version">Header version with rolled bits. U32.</param>
/// <param name="HeaderTimestamp">Header time, unix seconds. U32.</param>
/// <param name="HeaderNonce">Header nonce. U32.</param>
/// <param name="CoinbaseTx">The whole serialised coinbase, marker, flag and witness included. B0_64K.</param>
public sealed record SubmitSolution(
    ulong TemplateId,
    uint Version,
    uint HeaderTimestamp,
    uint HeaderNonce,
    ReadOnlyMemory<byte> CoinbaseTx) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x76;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override int PayloadLength => 20 + 2 + CoinbaseTx.Length;

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.U64(TemplateId);
        writer.U32(Version);
        writer.U32(HeaderTimestamp);
        writer.U32(HeaderNonce);
        writer.B64K(CoinbaseTx);
    }

    internal static SubmitSolution Read(ref WireReader reader) => new(
        reader.U64(),
        reader.U32(),
        reader.U32(),
        reader.U32(),
        reader.B64K());
}
