namespace Sv2.Protocol.JobDeclaration;

/// <summary><c>AllocateMiningJobToken</c> (spec 06, message 0x50). Client to server: asks for the right to declare one job.</summary>
/// <param name="UserIdentifier">The pool's name for the user. STR0_255.</param>
/// <param name="RequestId">Chosen by the client; the answer carries it back. U32.</param>
public sealed record AllocateMiningJobToken(
    string UserIdentifier,
    uint RequestId) : Sv2Message
{
    /// <summary>The message type on the wire.</summary>
    public const byte Type = 0x50;

    /// <inheritdoc/>
    public override byte MessageType => Type;

    /// <inheritdoc/>
    public override int PayloadLength => 4 + WireSize.Str255(UserIdentifier);

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.Str255(UserIdentifier);
        writer.U32(RequestId);
    }

    internal static AllocateMiningJobToken Read(ref WireReader reader) => new(
        reader.Str255(),
        reader.U32());
}
