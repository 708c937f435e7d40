using System.Buffers.Binary;

namespace Capnp;

/// <summary>
/// A struct in a message; the default value is one without any field. A field beyond what the sender's version of the struct
/// holds has its default: absent bits are zero, and stored values are XORed with their default.
/// </summary>
public readonly record struct StructReader
{
    private readonly MessageReader? _message;
    private readonly int _segment;
    private readonly int _offset;
    private readonly int _dataBits;
    private readonly int _pointers;
    private readonly int _pointerOffset;
    private readonly int _depth;

    internal StructReader(MessageReader message, int segment, int offset, int dataBits, int pointers, int depth)
    {
        _message = message;
        _segment = segment;
        _offset = offset;
        _dataBits = dataBits;
        _pointers = pointers;
        _pointerOffset = offset + (dataBits / 8);
        _depth = depth;
    }

    internal int DataWords => (_dataBits + 63) / 64;

    internal int PointerCount => _pointers;

    internal ReadOnlySpan<byte> DataSection => _message is null ? default : _message.Segment(_segment).Span.Slice(_offset, _dataBits / 8);

    /// <summary>A bit.</summary>
    /// <param name="bit">Bits from the start of the data section.</param>
    /// <param name="defaultValue">The schema's default.</param>
    public bool GetBool(int bit, bool defaultValue = false) =>
        (bit < _dataBits && (DataSection[bit >> 3] & (1 << (bit & 7))) != 0) ^ defaultValue;

    /// <summary>A byte.</summary>
    /// <param name="offset">Bytes from the start of the data section, as for every reader below.</param>
    /// <param name="defaultValue">The schema's default.</param>
    public byte GetUInt8(int offset, byte defaultValue = 0) =>
        (byte)((Has(offset, 1) ? DataSection[offset] : 0) ^ defaultValue);

    /// <summary>A signed byte.</summary>
    public sbyte GetInt8(int offset, sbyte defaultValue = 0) => (sbyte)GetUInt8(offset, (byte)defaultValue);

    /// <summary>Two bytes, unsigned.</summary>
    public ushort GetUInt16(int offset, ushort defaultValue = 0) =>
        (ushort)((Has(offset, 2) ? BinaryPrimitives.ReadUInt16LittleEndian(DataSection[offset..]) : 0) ^ defaultValue);

    /// <summary>Two bytes, signed.</summary>
    public short GetInt16(int offset, short defaultValue = 0) => (short)GetUInt16(offset, (ushort)defaultValue);

    /// <summary>Four bytes, unsigned.</summary>
    public uint GetUInt32(int offset, uint defaultValue = 0) =>
        (Has(offset, 4) ? BinaryPrimitives.ReadUInt32LittleEndian(DataSection[offset..]) : 0) ^ defaultValue;

    /// <summary>Four bytes, signed.</summary>
    public int GetInt32(int offset, int defaultValue = 0) => (int)GetUInt32(offset, (uint)defaultValue);

    /// <summary>Eight bytes, unsigned.</summary>
    public ulong GetUInt64(int offset, ulong defaultValue = 0) =>
        (Has(offset, 8) ? BinaryPrimitives.ReadUInt64LittleEndian(DataSection[offset..]) : 0) ^ defaultValue;

    /// <summary>Eight bytes, signed.</summary>
    public long GetInt64(int offset, long defaultValue = 0) => (long)GetUInt64(offset, (ulong)defaultValue);

    /// <summary>A 32-bit floating point number.</summary>
    public float GetFloat32(int offset, float defaultValue = 0) =>
        BitConverter.UInt32BitsToSingle(GetUInt32(offset, BitConverter.SingleToUInt32Bits(defaultValue)));

    /// <summary>A 64-bit floating point number.</summary>
    public double GetFloat64(int offset, double defaultValue = 0) =>
        BitConverter.UInt64BitsToDouble(GetUInt64(offset, BitConverter.DoubleToUInt64Bits(defaultValue)));

    /// <summary>A pointer of the pointer section; null where the sender's struct has none there.</summary>
    /// <param name="index">Its number.</param>
    public PointerReader GetPointer(int index) =>
        index < _pointers ? new PointerReader(_message!, _segment, _pointerOffset + (index * WirePointer.WordBytes), _depth) : default;

    private bool Has(int offset, int bytes) => (offset + bytes) * 8 <= _dataBits;
}
