namespace Sv2.Protocol.Mining;

/// <summary>
/// <c>SetExtranoncePrefix</c> (spec 05, message 0x19). Server to client: another extranonce prefix, from the next job on.
/// </summary>
/// <param name="ChannelId">The channel. U32.</param>
/// <param name="ExtranoncePrefix">As long as the one before. B0_32.</param>
public sealed record SetExtranoncePrefix(
    uint ChannelId,
    ReadOnlyMemory<byte> ExtranoncePrefix) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x19;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override bool IsChannelMessage => true;

    /// <inheritdoc/>
    public override int PayloadLength => 4 + 1 + ExtranoncePrefix.Length;

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.U32(ChannelId);
        writer.B32(ExtranoncePrefix);
    }

    internal static SetExtranoncePrefix Read(ref WireReader reader) => new(
        reader.U32(),
        reader.B32());
}
