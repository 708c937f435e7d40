using System.Buffers.Binary;

namespace Testbed.Consensus;

/// <summary>Reads consensus-serialized bytes. Running out sets <see cref="Failed"/>; later reads give zeros.</summary>
internal ref struct ByteCursor(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Position { get; private set; }

    public bool Failed { get; private set; }

    public readonly bool AtEnd => Position == _bytes.Length;

    public ReadOnlySpan<byte> Take(int count)
    {
        if (Failed || count < 0 || count > _bytes.Length - Position)
        {
            Failed = true;
            return [];
        }

        Position += count;
        return _bytes.Slice(Position - count, count);
    }

    public byte U8() => Take(1) is [var value] ? value : (byte)0;

    public readonly byte Peek(int ahead) => Position + ahead < _bytes.Length ? _bytes[Position + ahead] : (byte)0;

    public uint U32() => Take(4) is { Length: 4 } part ? BinaryPrimitives.ReadUInt32LittleEndian(part) : 0;

    public ulong U64() => Take(8) is { Length: 8 } part ? BinaryPrimitives.ReadUInt64LittleEndian(part) : 0;

    public U256 Hash() => Take(32) is { Length: 32 } part ? U256.FromLittleEndian(part) : U256.Zero;

    /// <summary>A CompactSize that counts things of at least <paramref name="unit"/> bytes each; more than is there fails.</summary>
    public int Count(int unit)
    {
        ulong value = U8() switch
        {
            0xfd => Take(2) is { Length: 2 } part ? BinaryPrimitives.ReadUInt16LittleEndian(part) : 0UL,
            0xfe => U32(),
            0xff => U64(),
            var small => small,
        };
        if (value * (ulong)unit <= (ulong)(_bytes.Length - Position) && value <= int.MaxValue)
            return (int)value;
        Failed = true;
        return 0;
    }

    public ReadOnlySpan<byte> Bytes() => Take(Count(1));
}
