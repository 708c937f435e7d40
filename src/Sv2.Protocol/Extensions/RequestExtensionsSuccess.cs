using System.Collections.Immutable;

namespace Sv2.Protocol.Extensions;

/// <summary>
/// <c>RequestExtensions.Success</c> (extension 0x0001, message 0x01). Server to client: these extensions may be used from now on.
/// </summary>
/// <param name="RequestId">The request this answers. U16.</param>
/// <param name="SupportedExtensions">The requested extensions the server agrees to. SEQ0_64K[U16].</param>
public sealed record RequestExtensionsSuccess(
    ushort RequestId,
    ImmutableArray<ushort> SupportedExtensions) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x01;

    /// <inheritdoc/>
    public override ushort ExtensionType => ExtensionTypes.ExtensionsNegotiation;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override int PayloadLength => 2 + 2 + WireSize.Items(SupportedExtensions, 2);

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.U16(RequestId);
        writer.Seq64KU16(SupportedExtensions);
    }

    internal static RequestExtensionsSuccess Read(ref WireReader reader) => new(
        reader.U16(),
        reader.Seq64KU16());
}
