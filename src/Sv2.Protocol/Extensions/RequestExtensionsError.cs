using System.Collections.Immutable;

namespace Sv2.Protocol.Extensions;

/// <summary>
/// <c>RequestExtensions.Error</c> (extension 0x0001, message 0x02). Server to client: none of the extensions is supported, or
/// some that the server insists on were not requested.
/// </summary>
/// <param name="RequestId">The request this answers. U16.</param>
/// <param name="UnsupportedExtensions">Requested and not supported. SEQ0_64K[U16].</param>
/// <param name="RequiredExtensions">Not requested and demanded; without them the server disconnects. SEQ0_64K[U16].</param>
public sealed record RequestExtensionsError(
    ushort RequestId,
    ImmutableArray<ushort> UnsupportedExtensions,
    ImmutableArray<ushort> RequiredExtensions) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x02;

    /// <inheritdoc/>
    public override ushort ExtensionType => ExtensionTypes.ExtensionsNegotiation;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override int PayloadLength => 2 + 2 + WireSize.Items(UnsupportedExtensions, 2) + 2 + WireSize.Items(RequiredExtensions, 2);

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.U16(RequestId);
        writer.Seq64KU16(UnsupportedExtensions);
        writer.Seq64KU16(RequiredExtensions);
    }

    internal static RequestExtensionsError Read(ref WireReader reader) => new(
        reader.U16(),
        reader.Seq64KU16(),
        reader.Seq64KU16());
}
