using System.Buffers;
using System.Buffers.Binary;

namespace Testbed.Consensus;

/// <summary>Writes consensus-serialized bytes.</summary>
internal sealed class ByteSink
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    public ByteSink U8(byte value) => Raw([value]);

    public ByteSink U16(ushort value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        return Raw(bytes);
    }

    public ByteSink U32(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return Raw(bytes);
    }

    public ByteSink U64(ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return Raw(bytes);
    }

    public ByteSink Hash(U256 value)
    {
        Span<byte> bytes = stackalloc byte[32];
        value.WriteLittleEndian(bytes);
        return Raw(bytes);
    }

    public ByteSink CompactSize(int value) => value switch
    {
        < 0xfd => U8((byte)value),
        <= 0xffff => U8(0xfd).U16((ushort)value),
        _ => U8(0xfe).U32((uint)value),
    };

    public ByteSink Prefixed(ReadOnlySpan<byte> bytes) => CompactSize(bytes.Length).Raw(bytes);

    public ByteSink Raw(ReadOnlySpan<byte> bytes)
    {
        _buffer.Write(bytes);
        return this;
    }

    public byte[] ToArray() => _buffer.WrittenSpan.ToArray();
}
