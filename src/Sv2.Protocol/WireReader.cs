using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using Bitcoin;
using Sv2.Protocol.Extensions;

namespace Sv2.Protocol;

/// <summary>
/// Reads the wire types of spec 03, 3.1 from a payload. The first malformed field is kept in <see cref="Error"/>; from
/// then on every read returns a default, so that a decoder reads straight through and looks once at the end. Byte
/// fields are copied: messages own their bytes. Nothing is allocated before the declared length is known to be there.
/// </summary>
public ref struct WireReader(ReadOnlySpan<byte> payload)
{
    private static readonly Encoding LenientUtf8 =
        Encoding.GetEncoding("utf-8", EncoderFallback.ReplacementFallback, new DecoderReplacementFallback("?"));

    private ReadOnlySpan<byte> _rest = payload;

    /// <summary>What was wrong with the first malformed field, or null.</summary>
    public string? Error { get; private set; }

    /// <summary>Bytes not read yet.</summary>
    public readonly ReadOnlySpan<byte> Remaining => _rest;

    /// <summary>U8.</summary>
    public byte U8() => Take(1) is [var value] ? value : (byte)0;

    /// <summary>BOOL: bit 0 counts, the others are ignored (spec 03, 3.1).</summary>
    public bool Bool() => (U8() & 1) == 1;

    /// <summary>U16.</summary>
    public ushort U16() => Take(2) is { Length: 2 } bytes ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : (ushort)0;

    /// <summary>U32.</summary>
    public uint U32() => Take(4) is { Length: 4 } bytes ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : 0;

    /// <summary>U64.</summary>
    public ulong U64() => Take(8) is { Length: 8 } bytes ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : 0;

    /// <summary>F32, IEEE 754; may be NaN or infinite.</summary>
    public float F32() => Take(4) is { Length: 4 } bytes ? BinaryPrimitives.ReadSingleLittleEndian(bytes) : 0;

    /// <summary>U256, little-endian.</summary>
    public U256 U256() => Take(32) is { Length: 32 } bytes ? Bitcoin.U256.FromLittleEndian(bytes) : Bitcoin.U256.Zero;

    /// <summary>OPTION[U32]: a count of 0 or 1 and then the value.</summary>
    public uint? OptionU32()
    {
        byte count = U8();
        if (count > 1)
            Fail($"an OPTION has 0 or 1 elements, not {count}");
        return count == 1 ? U32() : null;
    }

    /// <summary>
    /// STR0_255. The specification wants UTF-8 and does not insist (spec 05, user_identity), so what is not UTF-8 becomes a
    /// question mark: the text never takes more bytes than it came with.
    /// </summary>
    public string Str255()
    {
        ReadOnlySpan<byte> bytes = Take(U8());
        return (Utf8.IsValid(bytes) ? Encoding.UTF8 : LenientUtf8).GetString(bytes);
    }

    /// <summary>B0_32.</summary>
    public ReadOnlyMemory<byte> B32()
    {
        byte length = U8();
        if (length > 32)
        {
            Fail($"a B0_32 has at most 32 bytes, not {length}");
            return default;
        }

        return Take(length).ToArray();
    }

    /// <summary>B0_255.</summary>
    public ReadOnlyMemory<byte> B255() => Take(U8()).ToArray();

    /// <summary>B0_64K.</summary>
    public ReadOnlyMemory<byte> B64K() => Take(U16()).ToArray();

    /// <summary>SEQ0_255[U256].</summary>
    public ImmutableArray<U256> Seq255U256() => ReadU256s(U8());

    /// <summary>SEQ0_64K[U256].</summary>
    public ImmutableArray<U256> Seq64KU256() => ReadU256s(U16());

    /// <summary>SEQ0_64K[U32].</summary>
    public ImmutableArray<uint> Seq64KU32()
    {
        ReadOnlySpan<byte> bytes = Take(U16() * 4);
        var items = new uint[bytes.Length / 4];
        for (int i = 0; i < items.Length; i++)
            items[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(4 * i)..]);
        return ImmutableCollectionsMarshal.AsImmutableArray(items);
    }

    /// <summary>SEQ0_64K[U16].</summary>
    public ImmutableArray<ushort> Seq64KU16()
    {
        ReadOnlySpan<byte> bytes = Take(U16() * 2);
        var items = new ushort[bytes.Length / 2];
        for (int i = 0; i < items.Length; i++)
            items[i] = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]);
        return ImmutableCollectionsMarshal.AsImmutableArray(items);
    }

    /// <summary>SEQ0_64K[B0_16M].</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> Seq64KB16M()
    {
        int count = U16();
        if (count * 3 > _rest.Length)
        {
            Fail($"a sequence announces {count} items and has {_rest.Length} bytes");
            return [];
        }

        var items = new ReadOnlyMemory<byte>[count];
        for (int i = 0; i < count && Error is null; i++)
            items[i] = Take(U16() | (U8() << 16)).ToArray();
        return ImmutableCollectionsMarshal.AsImmutableArray(items);
    }

    /// <summary>
    /// TLV fields up to the end of the payload (spec 03, 3.4.3). Reads to the end whatever is there: what is no whole field is
    /// dropped and is no error.
    /// </summary>
    public ImmutableArray<Tlv> Tlvs()
    {
        ImmutableArray<Tlv> fields = Tlv.ReadAll(_rest, out _);
        _rest = [];
        return fields;
    }

    private ImmutableArray<U256> ReadU256s(int count)
    {
        ReadOnlySpan<byte> bytes = Take(count * 32);
        var items = new U256[bytes.Length / 32];
        for (int i = 0; i < items.Length; i++)
            items[i] = Bitcoin.U256.FromLittleEndian(bytes.Slice(32 * i, 32));
        return ImmutableCollectionsMarshal.AsImmutableArray(items);
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (Error is not null)
            return [];
        if (count > _rest.Length)
        {
            Fail($"{count} bytes are announced and {_rest.Length} are there");
            return [];
        }

        ReadOnlySpan<byte> part = _rest[..count];
        _rest = _rest[count..];
        return part;
    }

    private void Fail(string error)
    {
        Error ??= error;
        _rest = [];
    }
}
