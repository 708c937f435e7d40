using System.Collections.Immutable;

namespace Sv2.Protocol.Extensions;

/// <summary><c>RequestExtensions.Error</c> (extension 0x0001, message 0x02).</summary>
/// <param name="RequestId">U16</param>
/// <param name="UnsupportedExtensions">SEQ0_64K[U16]</param>
/// <param name="RequiredExtensions">SEQ0_64K[U16]</param>
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
    public override int PayloadLength => 2 + 2 + (2 * UnsupportedExtensions.Length) + 2 + (2 * RequiredExtensions.Length);

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
