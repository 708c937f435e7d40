namespace Sv2.Protocol;

/// <summary>
/// A Stratum V2 message. Messages are immutable and own their bytes, so they may cross a channel between tasks.
/// </summary>
public abstract record Sv2Message
{
    /// <summary>The extension that defines the message, without the channel bit (0 = the base protocol).</summary>
    public virtual ushort ExtensionType => ExtensionTypes.Base;

    /// <summary>The message type within its extension (spec 08).</summary>
    public abstract byte MessageType { get; }

    /// <summary>Whether the frame header carries the channel bit: the payload then starts with a channel id (spec 03, 3.2).</summary>
    public virtual bool IsChannelMessage => false;

    /// <summary>Bytes that <see cref="WritePayload"/> writes, TLV fields included.</summary>
    public abstract int PayloadLength { get; }

    /// <summary>Writes exactly <see cref="PayloadLength"/> bytes.</summary>
    public abstract void WritePayload(ref WireWriter writer);
}
