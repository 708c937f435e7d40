using Bitcoin;

namespace Sv2.Protocol.JobDeclaration;

/// <summary>
/// <c>PushSolution</c> (spec 06, message 0x60). Client to server: a block has been found on a declared job; there is no answer.
/// </summary>
/// <param name="Extranonce">The whole extranonce of the coinbase, the upstream's prefix included. B0_32.</param>
/// <param name="PrevHash">The block before, little-endian as in a header. U256.</param>
/// <param name="Nonce">Header nonce. U32.</param>
/// <param name="NTime">Header time, unix seconds. U32.</param>
/// <param name="NBits">Header target, compact. U32.</param>
/// <param name="Version">Header version with rolled bits. U32.</param>
public sealed record PushSolution(
    ReadOnlyMemory<byte> Extranonce,
    U256 PrevHash,
    uint Nonce,
    uint NTime,
    uint NBits,
    uint Version) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x60;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override int PayloadLength => 48 + 1 + Extranonce.Length;

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.B32(Extranonce);
        writer.U256(PrevHash);
        writer.U32(Nonce);
        writer.U32(NTime);
        writer.U32(NBits);
        writer.U32(Version);
    }

    internal static PushSolution Read(ref WireReader reader) => new(
        reader.B32(),
        reader.U256(),
        reader.U32(),
        reader.U32(),
        reader.U32(),
        reader.U32());
}
