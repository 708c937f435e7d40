using System.Buffers.Binary;

namespace Sv2.Protocol;

/// <summary>
/// The six bytes before every payload (spec 03, 3.2):
/// <code>extension_type U16 (bit 15 = channel message) | msg_type U8 | msg_length U24</code>, little-endian.
/// </summary>
/// <param name="ExtensionType">Without the channel bit.</param>
/// <param name="IsChannelMessage">Bit 15 of the first field.</param>
/// <param name="MessageType">The type within the extension.</param>
/// <param name="PayloadLength">Bytes that follow, 0 to 16,777,215.</param>
public readonly record struct FrameHeader(ushort ExtensionType, bool IsChannelMessage, byte MessageType, int PayloadLength)
{
    /// <summary>Bytes of an encoded header.</summary>
    public const int Length = 6;

    /// <summary>The largest payload length the header can express, in bytes.</summary>
    public const int MaxPayloadLength = 0xffffff;

    private const ushort ChannelBit = 0x8000;

    /// <summary>The header of a message.</summary>
    public static FrameHeader Of(Sv2Message message) =>
        new(message.ExtensionType, message.IsChannelMessage, message.MessageType, message.PayloadLength);

    /// <summary>Reads a header from its six bytes.</summary>
    public static FrameHeader Read(ReadOnlySpan<byte> source)
    {
        ushort extension = BinaryPrimitives.ReadUInt16LittleEndian(source);
        int length = BinaryPrimitives.ReadUInt16LittleEndian(source[3..]) | (source[5] << 16);
        return new FrameHeader((ushort)(extension & ~ChannelBit), (extension & ChannelBit) != 0, source[2], length);
    }

    /// <summary>Writes the six bytes.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(destination, (ushort)(ExtensionType | (IsChannelMessage ? ChannelBit : 0)));
        destination[2] = MessageType;
        BinaryPrimitives.WriteUInt16LittleEndian(destination[3..], (ushort)PayloadLength);
        destination[5] = (byte)(PayloadLength >> 16);
    }
}
