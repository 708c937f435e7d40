using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Sv2.Protocol.Extensions;

/// <summary>
/// An optional field behind a message's last field (spec 03, 3.4.3):
/// <code>extension_type U16 | field_type U8 | length U16 | value</code>
/// Written little-endian, as all of the protocol and the reference. The examples in the specification are big-endian, so
/// both are read: a big-endian field has an extension type of which only the swapped form is known to us.
/// </summary>
/// <param name="ExtensionType">The extension that defines the field.</param>
/// <param name="FieldType">The field within the extension.</param>
/// <param name="Value">At most 65,535 bytes.</param>
public readonly record struct Tlv(ushort ExtensionType, byte FieldType, ReadOnlyMemory<byte> Value)
{
    /// <summary>Bytes before the value.</summary>
    public const int HeaderLength = 5;

    /// <summary>Bytes on the wire.</summary>
    public int EncodedLength => HeaderLength + Value.Length;

    internal void Write(ref WireWriter writer)
    {
        writer.U16(ExtensionType);
        writer.U8(FieldType);
        writer.B64K(Value);
    }

    /// <summary>Reads fields up to the end or to the first that does not fit; that one and all behind it are lost.</summary>
    /// <param name="source">What follows the message's last field.</param>
    /// <param name="isWhole">Whether every byte belonged to a field.</param>
    internal static ImmutableArray<Tlv> ReadAll(ReadOnlySpan<byte> source, out bool isWhole)
    {
        isWhole = source.IsEmpty;
        if (source.Length < HeaderLength)
            return [];
        ImmutableArray<Tlv>.Builder? fields = null;
        while (source.Length >= HeaderLength)
        {
            ushort extension = BinaryPrimitives.ReadUInt16LittleEndian(source);
            ushort length = BinaryPrimitives.ReadUInt16LittleEndian(source[3..]);
            if (!IsKnown(extension) && IsKnown(BinaryPrimitives.ReverseEndianness(extension)))
            {
                extension = BinaryPrimitives.ReverseEndianness(extension);
                length = BinaryPrimitives.ReverseEndianness(length);
            }

            if (length > source.Length - HeaderLength)
                break;
            fields ??= ImmutableArray.CreateBuilder<Tlv>(1);
            fields.Add(new Tlv(extension, source[2], source.Slice(HeaderLength, length).ToArray()));
            source = source[(HeaderLength + length)..];
        }

        isWhole = source.IsEmpty;
        return fields is null ? [] : fields.DrainToImmutable();
    }

    private static bool IsKnown(ushort extension) =>
        extension is ExtensionTypes.ExtensionsNegotiation or ExtensionTypes.WorkerHashrateTracking;
}
