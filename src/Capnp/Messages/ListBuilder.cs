using System.Buffers.Binary;

namespace Capnp;

/// <summary>A list of a message in the making.</summary>
public readonly record struct ListBuilder
{
    private readonly MessageBuilder _message;
    private readonly int _offset;
    private readonly int _stepBits;
    private readonly int _dataWords;
    private readonly int _pointers;

    internal ListBuilder(MessageBuilder message, int offset, int count, int stepBits, int dataWords, int pointers)
    {
        _message = message;
        _offset = offset;
        Count = count;
        _stepBits = stepBits;
        _dataWords = dataWords;
        _pointers = pointers;
    }

    /// <summary>Number of elements.</summary>
    public int Count { get; }

    /// <summary>An element of a list of structs.</summary>
    public StructBuilder GetStruct(int index) => new(_message, At(index), _dataWords, _pointers);

    /// <summary>An element of a list of pointers.</summary>
    public PointerBuilder GetPointer(int index) => new(_message, At(index));

    /// <summary>Sets an element of a list of bits.</summary>
    public void SetBool(int index, bool value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count);
        ref byte at = ref _message.Bytes(_offset + (index >> 3), 1)[0];
        int mask = 1 << (index & 7);
        at = (byte)(value ? at | mask : at & ~mask);
    }

    /// <summary>Sets a byte.</summary>
    public void SetUInt8(int index, byte value) => _message.Bytes(At(index), 1)[0] = value;

    /// <summary>Sets a signed byte.</summary>
    public void SetInt8(int index, sbyte value) => _message.Bytes(At(index), 1)[0] = (byte)value;

    /// <summary>Sets two bytes, unsigned.</summary>
    public void SetUInt16(int index, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(_message.Bytes(At(index), 2), value);

    /// <summary>Sets two bytes, signed.</summary>
    public void SetInt16(int index, short value) => SetUInt16(index, (ushort)value);

    /// <summary>Sets four bytes, unsigned.</summary>
    public void SetUInt32(int index, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(_message.Bytes(At(index), 4), value);

    /// <summary>Sets four bytes, signed.</summary>
    public void SetInt32(int index, int value) => SetUInt32(index, (uint)value);

    /// <summary>Sets eight bytes, unsigned.</summary>
    public void SetUInt64(int index, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(_message.Bytes(At(index), 8), value);

    /// <summary>Sets eight bytes, signed.</summary>
    public void SetInt64(int index, long value) => SetUInt64(index, (ulong)value);

    /// <summary>Sets a 32-bit floating point number.</summary>
    public void SetFloat32(int index, float value) => SetUInt32(index, BitConverter.SingleToUInt32Bits(value));

    /// <summary>Sets a 64-bit floating point number.</summary>
    public void SetFloat64(int index, double value) => SetUInt64(index, BitConverter.DoubleToUInt64Bits(value));

    /// <summary>The bytes of a list of values.</summary>
    internal Span<byte> Bytes() => _message.Bytes(_offset, (int)((((long)Count * _stepBits) + 7) / 8));

    private int At(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count);
        return _offset + (int)((long)index * _stepBits / 8);
    }
}
