using System.Buffers.Binary;

namespace Capnp;

/// <summary>A list in a message; the default value is an empty one. An index outside is the caller's bug.</summary>
public readonly record struct ListReader
{
    private readonly MessageReader? _message;
    private readonly int _segment;
    private readonly int _offset;
    private readonly int _stepBits;
    private readonly int _dataBits;
    private readonly int _pointers;
    private readonly int _depth;

    internal ListReader(
        MessageReader message, int segment, int offset, int count, ElementSize size, int stepBits, int dataBits, int pointers, int depth)
    {
        _message = message;
        _segment = segment;
        _offset = offset;
        Count = count;
        Size = size;
        _stepBits = stepBits;
        _dataBits = dataBits;
        _pointers = pointers;
        _depth = depth;
    }

    /// <summary>Number of elements.</summary>
    public int Count { get; }

    internal ElementSize Size { get; }

    internal int ElementDataBits => _dataBits;

    internal int ElementPointers => _pointers;

    /// <summary>An element of a list of structs; also one of a list of values or pointers, read as a struct of one field.</summary>
    public StructReader GetStruct(int index) =>
        new(_message!, _segment, ElementOffset(index), _dataBits, _pointers, _depth);

    /// <summary>An element of a list of pointers, or the first pointer of a struct.</summary>
    public PointerReader GetPointer(int index) =>
        new(_message!, _segment, ElementOffset(index) + (_dataBits / 8), _depth);

    /// <summary>An element of a list of bits.</summary>
    public bool GetBool(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count);
        return (_message!.Segment(_segment).Span[_offset + (index >> 3)] & (1 << (index & 7))) != 0;
    }

    /// <summary>A byte.</summary>
    public byte GetUInt8(int index) => Element(index)[0];

    /// <summary>A signed byte.</summary>
    public sbyte GetInt8(int index) => (sbyte)Element(index)[0];

    /// <summary>Two bytes, unsigned.</summary>
    public ushort GetUInt16(int index) => BinaryPrimitives.ReadUInt16LittleEndian(Element(index));

    /// <summary>Two bytes, signed.</summary>
    public short GetInt16(int index) => BinaryPrimitives.ReadInt16LittleEndian(Element(index));

    /// <summary>Four bytes, unsigned.</summary>
    public uint GetUInt32(int index) => BinaryPrimitives.ReadUInt32LittleEndian(Element(index));

    /// <summary>Four bytes, signed.</summary>
    public int GetInt32(int index) => BinaryPrimitives.ReadInt32LittleEndian(Element(index));

    /// <summary>Eight bytes, unsigned.</summary>
    public ulong GetUInt64(int index) => BinaryPrimitives.ReadUInt64LittleEndian(Element(index));

    /// <summary>Eight bytes, signed.</summary>
    public long GetInt64(int index) => BinaryPrimitives.ReadInt64LittleEndian(Element(index));

    /// <summary>A 32-bit floating point number.</summary>
    public float GetFloat32(int index) => BinaryPrimitives.ReadSingleLittleEndian(Element(index));

    /// <summary>A 64-bit floating point number.</summary>
    public double GetFloat64(int index) => BinaryPrimitives.ReadDoubleLittleEndian(Element(index));

    /// <summary>The bytes of a list that is not composite, the last one perhaps with unused bits.</summary>
    internal ReadOnlyMemory<byte> Bytes() =>
        _message is null ? default : _message.Segment(_segment).Slice(_offset, (int)((((long)Count * _stepBits) + 7) / 8));

    /// <summary>Accepts what the encoding's rules for evolving a list's elements accept.</summary>
    internal void CheckReadableAs(ElementSize expected)
    {
        bool readable = expected switch
        {
            ElementSize.Void => true,
            ElementSize.Bit => Size == ElementSize.Bit,
            ElementSize.Pointer => _pointers > 0,
            ElementSize.Composite => Size != ElementSize.Bit,
            _ => Size != ElementSize.Bit && _dataBits >= WirePointer.ElementBits(expected),
        };
        if (!readable)
            throw new CapnpFormatException("a list whose elements cannot be read as what was expected");
    }

    private ReadOnlySpan<byte> Element(int index) =>
        _message is null ? throw new ArgumentOutOfRangeException(nameof(index))
            : _message.Segment(_segment).Span.Slice(ElementOffset(index), _dataBits / 8);

    private int ElementOffset(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count);
        return _offset + (int)((long)index * _stepBits / 8);
    }
}
