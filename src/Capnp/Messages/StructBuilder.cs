using System.Buffers.Binary;

namespace Capnp;

/// <summary>A struct of a message in the making; offsets as in <see cref="StructReader"/>.</summary>
public readonly record struct StructBuilder
{
    private readonly MessageBuilder _message;
    private readonly int _offset;
    private readonly int _dataWords;
    private readonly int _pointers;

    internal StructBuilder(MessageBuilder message, int offset, int dataWords, int pointers)
    {
        _message = message;
        _offset = offset;
        _dataWords = dataWords;
        _pointers = pointers;
    }

    private Span<byte> Data => _message.Bytes(_offset, _dataWords * WirePointer.WordBytes);

    /// <summary>Sets a bit.</summary>
    public void SetBool(int bit, bool value, bool defaultValue = false)
    {
        ref byte at = ref Data[bit >> 3];
        int mask = 1 << (bit & 7);
        at = (byte)(value ^ defaultValue ? at | mask : at & ~mask);
    }

    /// <summary>Sets a byte.</summary>
    public void SetUInt8(int offset, byte value, byte defaultValue = 0) => Data[offset] = (byte)(value ^ defaultValue);

    /// <summary>Sets a signed byte.</summary>
    public void SetInt8(int offset, sbyte value, sbyte defaultValue = 0) => Data[offset] = (byte)(value ^ defaultValue);

    /// <summary>Sets two bytes, unsigned.</summary>
    public void SetUInt16(int offset, ushort value, ushort defaultValue = 0) =>
        BinaryPrimitives.WriteUInt16LittleEndian(Data[offset..], (ushort)(value ^ defaultValue));

    /// <summary>Sets two bytes, signed.</summary>
    public void SetInt16(int offset, short value, short defaultValue = 0) => SetUInt16(offset, (ushort)value, (ushort)defaultValue);

    /// <summary>Sets four bytes, unsigned.</summary>
    public void SetUInt32(int offset, uint value, uint defaultValue = 0) =>
        BinaryPrimitives.WriteUInt32LittleEndian(Data[offset..], value ^ defaultValue);

    /// <summary>Sets four bytes, signed.</summary>
    public void SetInt32(int offset, int value, int defaultValue = 0) => SetUInt32(offset, (uint)value, (uint)defaultValue);

    /// <summary>Sets eight bytes, unsigned.</summary>
    public void SetUInt64(int offset, ulong value, ulong defaultValue = 0) =>
        BinaryPrimitives.WriteUInt64LittleEndian(Data[offset..], value ^ defaultValue);

    /// <summary>Sets eight bytes, signed.</summary>
    public void SetInt64(int offset, long value, long defaultValue = 0) => SetUInt64(offset, (ulong)value, (ulong)defaultValue);

    /// <summary>Sets a 32-bit floating point number.</summary>
    public void SetFloat32(int offset, float value, float defaultValue = 0) =>
        SetUInt32(offset, BitConverter.SingleToUInt32Bits(value), BitConverter.SingleToUInt32Bits(defaultValue));

    /// <summary>Sets a 64-bit floating point number.</summary>
    public void SetFloat64(int offset, double value, double defaultValue = 0) =>
        SetUInt64(offset, BitConverter.DoubleToUInt64Bits(value), BitConverter.DoubleToUInt64Bits(defaultValue));

    /// <summary>A pointer of the pointer section.</summary>
    /// <param name="index">Its number.</param>
    public PointerBuilder GetPointer(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)_pointers);
        return new PointerBuilder(_message, _offset + ((_dataWords + index) * WirePointer.WordBytes));
    }

    internal void CopyFrom(StructReader source)
    {
        source.DataSection.CopyTo(Data);
        for (int i = 0; i < source.PointerCount; i++)
            GetPointer(i).CopyFrom(source.GetPointer(i));
    }
}
