using System.Buffers.Binary;
using System.Globalization;

namespace Bitcoin;

/// <summary>
/// A 256-bit unsigned number: targets, and hashes seen as numbers. On the wire and in headers it is little-endian;
/// <see cref="ToString"/> gives the customary big-endian hex.
/// </summary>
public readonly partial struct U256 : IEquatable<U256>, IComparable<U256>
{
    // Least significant first.
    private readonly ulong _w0;
    private readonly ulong _w1;
    private readonly ulong _w2;
    private readonly ulong _w3;

    /// <summary>From four words, least significant first.</summary>
    public U256(ulong w0, ulong w1, ulong w2, ulong w3) => (_w0, _w1, _w2, _w3) = (w0, w1, w2, w3);

    /// <summary>0.</summary>
    public static U256 Zero => default;

    /// <summary>2^256 − 1.</summary>
    public static U256 MaxValue => new(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue);

    /// <summary>Whether <paramref name="left"/> equals <paramref name="right"/>.</summary>
    public static bool operator ==(U256 left, U256 right) => left.Equals(right);

    /// <summary>Whether <paramref name="left"/> differs from <paramref name="right"/>.</summary>
    public static bool operator !=(U256 left, U256 right) => !left.Equals(right);

    /// <summary>Numeric comparison.</summary>
    public static bool operator <(U256 left, U256 right) => left.CompareTo(right) < 0;

    /// <summary>Numeric comparison.</summary>
    public static bool operator >(U256 left, U256 right) => left.CompareTo(right) > 0;

    /// <summary>Numeric comparison.</summary>
    public static bool operator <=(U256 left, U256 right) => left.CompareTo(right) <= 0;

    /// <summary>Numeric comparison.</summary>
    public static bool operator >=(U256 left, U256 right) => left.CompareTo(right) >= 0;

    /// <summary>Reads 32 little-endian bytes.</summary>
    public static U256 FromLittleEndian(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]));

    /// <summary>Writes 32 little-endian bytes.</summary>
    public void WriteLittleEndian(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(destination, _w0);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], _w1);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], _w2);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[24..], _w3);
    }

    /// <summary>The 32 little-endian bytes in a new array.</summary>
    public byte[] ToLittleEndian()
    {
        var bytes = new byte[32];
        WriteLittleEndian(bytes);
        return bytes;
    }

    /// <inheritdoc/>
    public int CompareTo(U256 other)
    {
        if (_w3 != other._w3)
            return _w3.CompareTo(other._w3);
        if (_w2 != other._w2)
            return _w2.CompareTo(other._w2);
        return _w1 != other._w1 ? _w1.CompareTo(other._w1) : _w0.CompareTo(other._w0);
    }

    /// <inheritdoc/>
    public bool Equals(U256 other) => _w0 == other._w0 && _w1 == other._w1 && _w2 == other._w2 && _w3 == other._w3;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is U256 other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_w0, _w1, _w2, _w3);

    /// <summary>64 hex digits, big-endian.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{_w3:x16}{_w2:x16}{_w1:x16}{_w0:x16}");
}
