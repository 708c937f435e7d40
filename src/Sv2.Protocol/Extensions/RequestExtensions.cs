using System.Collections.Immutable;

namespace Sv2.Protocol.Extensions;

/// <summary>
/// <c>RequestExtensions</c> (extension 0x0001, message 0x00). Client to server, after SetupConnection.Success and before anything
/// else: the extensions it wants.
/// </summary>
/// <param name="RequestId">Chosen by the client; the answer carries it back. U16.</param>
/// <param name="RequestedExtensions">Extension numbers. SEQ0_64K[U16].</param>
public sealed record RequestExtensions(
    ushort RequestId,
    ImmutableArray<ushort> RequestedExtensions) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x00;

    /// <inheritdoc/>
    public override ushort ExtensionType => ExtensionTypes.ExtensionsNegotiation;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override int PayloadLength => 2 + 2 + WireSize.Items(RequestedExtensions, 2);

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.U16(RequestId);
        writer.Seq64KU16(RequestedExtensions);
    }

    internal static RequestExtensions Read(ref WireReader reader) => new(
        reader.U16(),
        reader.Seq64KU16());
}
