namespace Sv2.Protocol.Common;

/// <summary><c>Reconnect</c> (spec 03, message 0x04). Server to client: come back elsewhere, under the same authority key.</summary>
/// <param name="NewHost">Name or address; empty for the same. STR0_255.</param>
/// <param name="NewPort">Port; 0 for the same. U16.</param>
public sealed record Reconnect(
    string NewHost,
    ushort NewPort) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x04;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override int PayloadLength => 2 + WireSize.Str255(NewHost);

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.Str255(NewHost);
        writer.U16(NewPort);
    }

    internal static Reconnect Read(ref WireReader reader) => new(
        reader.Str255(),
        reader.U16());
}
