using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Bitcoin;
using Sv2.Protocol.Extensions;

namespace Sv2.Protocol;

/// <summary>
/// Writes the wire types of spec 03, 3.1 (all integers little-endian) into a span that the caller has sized with
/// <see cref="Sv2Message.PayloadLength"/>. A value that does not fit its type is a bug of ours and throws.
/// </summary>
public ref struct WireWriter(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;

    /// <summary>Bytes written so far.</summary>
    public int Written { get; private set; }

    /// <summary>U8.</summary>
    public void U8(byte value) => Take(1)[0] = value;

    /// <summary>BOOL: 0 or 1.</summary>
    public void Bool(bool value) => Take(1)[0] = value ? (byte)1 : (byte)0;

    /// <summary>U16.</summary>
    public void U16(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Take(2), value);

    /// <summary>U32.</summary>
    public void U32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Take(4), value);

    /// <summary>U64.</summary>
    public void U64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Take(8), value);

    /// <summary>F32, IEEE 754.</summary>
    public void F32(float value) => BinaryPrimitives.WriteSingleLittleEndian(Take(4), value);

    /// <summary>U256, little-endian.</summary>
    public void U256(U256 value) => value.WriteLittleEndian(Take(32));

    /// <summary>OPTION[U32].</summary>
    public void OptionU32(uint? value)
    {
        Bool(value is not null);
        if (value is { } number)
            U32(number);
    }

    /// <summary>STR0_255.</summary>
    public void Str255(string value)
    {
        int length = Encoding.UTF8.GetByteCount(value);
        LengthPrefix8(length, 255, nameof(Str255));
        Encoding.UTF8.GetBytes(value, Take(length));
    }

    /// <summary>B0_32.</summary>
    public void B32(ReadOnlyMemory<byte> value)
    {
        LengthPrefix8(value.Length, 32, nameof(B32));
        Raw(value.Span);
    }

    /// <summary>B0_255.</summary>
    public void B255(ReadOnlyMemory<byte> value)
    {
        LengthPrefix8(value.Length, 255, nameof(B255));
        Raw(value.Span);
    }

    /// <summary>B0_64K.</summary>
    public void B64K(ReadOnlyMemory<byte> value)
    {
        LengthPrefix16(value.Length, nameof(B64K));
        Raw(value.Span);
    }

    /// <summary>SEQ0_255[U256].</summary>
    public void Seq255U256(ImmutableArray<U256> items)
    {
        items = OrEmpty(items);
        LengthPrefix8(items.Length, 255, nameof(Seq255U256));
        foreach (U256 item in items)
            U256(item);
    }

    /// <summary>SEQ0_64K[U256].</summary>
    public void Seq64KU256(ImmutableArray<U256> items)
    {
        items = OrEmpty(items);
        LengthPrefix16(items.Length, nameof(Seq64KU256));
        foreach (U256 item in items)
            U256(item);
    }

    /// <summary>SEQ0_64K[U32].</summary>
    public void Seq64KU32(ImmutableArray<uint> items)
    {
        items = OrEmpty(items);
        LengthPrefix16(items.Length, nameof(Seq64KU32));
        foreach (uint item in items)
            U32(item);
    }

    /// <summary>SEQ0_64K[U16].</summary>
    public void Seq64KU16(ImmutableArray<ushort> items)
    {
        items = OrEmpty(items);
        LengthPrefix16(items.Length, nameof(Seq64KU16));
        foreach (ushort item in items)
            U16(item);
    }

    /// <summary>SEQ0_64K[B0_16M].</summary>
    public void Seq64KB16M(ImmutableArray<ReadOnlyMemory<byte>> items)
    {
        items = OrEmpty(items);
        LengthPrefix16(items.Length, nameof(Seq64KB16M));
        foreach (ReadOnlyMemory<byte> item in items)
        {
            if (item.Length > 0xffffff)
                throw new ArgumentException($"B0_16M holds at most 16777215 bytes, got {item.Length}");
            U16((ushort)item.Length);
            U8((byte)(item.Length >> 16));
            Raw(item.Span);
        }
    }

    /// <summary>TLV fields, without a count: they fill the rest of the payload (spec 03, 3.4.3).</summary>
    public void Tlvs(ImmutableArray<Tlv> fields)
    {
        foreach (Tlv field in OrEmpty(fields))
            field.Write(ref this);
    }

    /// <summary>Bytes as they are, without a length.</summary>
    public void Raw(ReadOnlySpan<byte> value) => value.CopyTo(Take(value.Length));

    // A default array, as of a default struct, is an empty one.
    private static ImmutableArray<T> OrEmpty<T>(ImmutableArray<T> items) => items.IsDefault ? [] : items;

    private void LengthPrefix8(int length, int limit, string type)
    {
        if (length > limit)
            throw new ArgumentException($"{type} holds at most {limit}, got {length}");
        U8((byte)length);
    }

    private void LengthPrefix16(int length, string type)
    {
        if (length > ushort.MaxValue)
            throw new ArgumentException($"{type} holds at most {ushort.MaxValue}, got {length}");
        U16((ushort)length);
    }

    private Span<byte> Take(int count)
    {
        Span<byte> part = _destination.Slice(Written, count);
        Written += count;
        return part;
    }
}
