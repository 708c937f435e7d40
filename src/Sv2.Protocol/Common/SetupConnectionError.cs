namespace Sv2.Protocol.Common;

/// <summary><c>SetupConnection.Error</c> (spec 03, message 0x02).</summary>
/// <param name="Flags">U32</param>
/// <param name="ErrorCode">STR0_255</param>
public sealed record SetupConnectionError(
    uint Flags,
    string ErrorCode) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x02;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override int PayloadLength => 4 + WireSize.Str255(ErrorCode);

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.U32(Flags);
        writer.Str255(ErrorCode);
    }

    internal static SetupConnectionError Read(ref WireReader reader) => new(
        reader.U32(),
        reader.Str255());
}
