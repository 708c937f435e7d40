using System.Collections.Immutable;
using System.Text;
using Sv2.Protocol.Extensions;

namespace Sv2.Protocol;

/// <summary>Encoded sizes, in bytes, of the wire types whose size depends on the value (spec 03, 3.1).</summary>
internal static class WireSize
{
    internal static int Str255(string value) => 1 + Encoding.UTF8.GetByteCount(value);

    internal static int OptionU32(uint? value) => value is null ? 1 : 5;

    internal static int Seq64KB16M(ImmutableArray<ReadOnlyMemory<byte>> items)
    {
        int size = 2;
        if (!items.IsDefault)
        {
            foreach (ReadOnlyMemory<byte> item in items)
                size += 3 + item.Length;
        }

        return size;
    }

    internal static int Tlvs(ImmutableArray<Tlv> fields)
    {
        int size = 0;
        if (!fields.IsDefault)
        {
            foreach (Tlv field in fields)
                size += field.EncodedLength;
        }

        return size;
    }

    // A default array, as of a default struct, is an empty one.
    internal static int Items<T>(ImmutableArray<T> items, int itemSize) => items.IsDefault ? 0 : items.Length * itemSize;
}
