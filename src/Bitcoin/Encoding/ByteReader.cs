using System.Buffers.Binary;

namespace Bitcoin;

/// <summary>
/// Reads Bitcoin's serialisation from bytes. The first thing that is wrong is kept in <see cref="Error"/>; from then on
/// every read returns a default, so that a parser reads straight through and looks at the end. A loop over a count must
/// take it from <see cref="Count"/>, which never exceeds what the bytes left can hold.
/// </summary>
/// <param name="bytes">The input; spans returned by <see cref="Take"/> live as long as it does.</param>
public ref struct ByteReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Index of the next byte to read.</summary>
    public int Position { get; private set; }

    /// <summary>The first thing that was wrong, or null.</summary>
    public FormatError? Error { get; private set; }

    /// <summary>Bytes not read yet; 0 after an error.</summary>
    public readonly int Remaining => Error is null ? _bytes.Length - Position : 0;

    /// <summary>The next <paramref name="count"/> bytes; empty when there are fewer.</summary>
    public ReadOnlySpan<byte> Take(int count, string what)
    {
        if (count > Remaining)
        {
            Fail($"{what} ends early: {count} bytes are needed, {Remaining} are left");
            return default;
        }

        ReadOnlySpan<byte> taken = _bytes.Slice(Position, count);
        Position += count;
        return taken;
    }

    /// <summary>The next byte without reading past it, or -1 at the end.</summary>
    public readonly int Peek(int offset = 0) => offset < Remaining ? _bytes[Position + offset] : -1;

    /// <summary>One byte.</summary>
    public byte U8(string what) => Take(1, what) is [var value] ? value : (byte)0;

    /// <summary>Four little-endian bytes.</summary>
    public uint U32(string what) => Take(4, what) is { Length: 4 } taken ? BinaryPrimitives.ReadUInt32LittleEndian(taken) : 0;

    /// <summary>Eight little-endian bytes.</summary>
    public ulong U64(string what) => Take(8, what) is { Length: 8 } taken ? BinaryPrimitives.ReadUInt64LittleEndian(taken) : 0;

    /// <summary>A hash, little-endian.</summary>
    public U256 Hash(string what) => Take(32, what) is { Length: 32 } taken ? U256.FromLittleEndian(taken) : U256.Zero;

    /// <summary>A <see cref="CompactSize"/>; refused when a shorter form would do.</summary>
    public ulong CompactSizeValue(string what)
    {
        int start = Position;
        byte first = U8(what);
        if (first < 0xfd)
            return first;
        ReadOnlySpan<byte> rest = Take(1 << (first - 0xfc), what);
        ulong value = rest.Length switch
        {
            2 => BinaryPrimitives.ReadUInt16LittleEndian(rest),
            4 => BinaryPrimitives.ReadUInt32LittleEndian(rest),
            8 => BinaryPrimitives.ReadUInt64LittleEndian(rest),
            _ => 0,
        };
        if (Error is null && CompactSize.Length(value) != rest.Length + 1)
        {
            Position = start;
            Fail($"{what} is not a minimal CompactSize: {value} takes {CompactSize.Length(value)} bytes, not {rest.Length + 1}");
            return 0;
        }

        return value;
    }

    /// <summary>
    /// A count of items that take at least <paramref name="minimumItemSize"/> bytes each. Refused when so many cannot
    /// follow, so the caller may allocate for it.
    /// </summary>
    public int Count(int minimumItemSize, string what)
    {
        int start = Position;
        ulong count = CompactSizeValue(what);
        if (count > (ulong)(Remaining / minimumItemSize))
        {
            int left = Remaining;
            Position = start;
            Fail($"{what} of {count} does not fit into the {left} bytes left");
            return 0;
        }

        return (int)count;
    }

    /// <summary>A length and as many bytes; returns where they are.</summary>
    public Range VarBytes(string what)
    {
        int length = Count(1, what);
        int start = Position;
        Take(length, what);
        return start..(start + length);
    }

    /// <summary>Records an error at the present position; the first one stays.</summary>
    public void Fail(string reason) => Error ??= new FormatError(reason, Position);
}
