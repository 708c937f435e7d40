using System.Buffers.Binary;

namespace Bitcoin;

/// <summary>Writes Bitcoin's serialisation into a span that the caller has sized; running over it is a bug and throws.</summary>
/// <param name="destination">Where to write.</param>
public ref struct ByteWriter(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;

    /// <summary>Bytes written so far.</summary>
    public int Position { get; private set; }

    /// <summary>One byte.</summary>
    public void U8(byte value) => _destination[Position++] = value;

    /// <summary>Four little-endian bytes.</summary>
    public void U32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_destination[Position..], value);
        Position += 4;
    }

    /// <summary>Eight little-endian bytes.</summary>
    public void U64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_destination[Position..], value);
        Position += 8;
    }

    /// <summary>A hash, little-endian.</summary>
    public void Hash(U256 value)
    {
        value.WriteLittleEndian(_destination[Position..]);
        Position += 32;
    }

    /// <summary>A <see cref="CompactSize"/>.</summary>
    public void CompactSizeValue(ulong value) => Position += CompactSize.Write(_destination[Position..], value);

    /// <summary>Bytes as they are.</summary>
    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_destination[Position..]);
        Position += bytes.Length;
    }

    /// <summary>Bytes with their length before them.</summary>
    public void VarBytes(ReadOnlySpan<byte> bytes)
    {
        CompactSizeValue((ulong)bytes.Length);
        Bytes(bytes);
    }
}
