using System.Buffers.Binary;

namespace Bitcoin;

/// <summary>
/// Bitcoin's variable-length count: one byte up to 252, else a marker byte (0xfd, 0xfe, 0xff) and 2, 4 or 8
/// little-endian bytes. Only the shortest form is valid.
/// </summary>
public static class CompactSize
{
    /// <summary>The longest encoding, in bytes.</summary>
    public const int MaxLength = 9;

    /// <summary>How many bytes <paramref name="value"/> takes.</summary>
    public static int Length(ulong value) => value switch
    {
        < 0xfd => 1,
        <= ushort.MaxValue => 3,
        <= uint.MaxValue => 5,
        _ => 9,
    };

    /// <summary>Writes <paramref name="value"/> and returns the number of bytes written.</summary>
    public static int Write(Span<byte> destination, ulong value)
    {
        switch (Length(value))
        {
            case 1:
                destination[0] = (byte)value;
                return 1;
            case 3:
                destination[0] = 0xfd;
                BinaryPrimitives.WriteUInt16LittleEndian(destination[1..], (ushort)value);
                return 3;
            case 5:
                destination[0] = 0xfe;
                BinaryPrimitives.WriteUInt32LittleEndian(destination[1..], (uint)value);
                return 5;
            default:
                destination[0] = 0xff;
                BinaryPrimitives.WriteUInt64LittleEndian(destination[1..], value);
                return 9;
        }
    }
}
