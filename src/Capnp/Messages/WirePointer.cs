namespace Capnp;

/// <summary>One pointer word, taken apart. Source: https://capnproto.org/encoding.html.</summary>
internal readonly record struct WirePointer(ulong Raw)
{
    internal const int WordBytes = 8;

    internal enum PointerKind
    {
        Struct = 0,
        List = 1,
        Far = 2,
        Other = 3,
    }

    internal bool IsNull => Raw == 0;

    internal PointerKind Kind => (PointerKind)(Raw & 3);

    /// <summary>Words between the end of a struct or list pointer and its target; negative is allowed.</summary>
    internal int Offset => (int)(uint)Raw >> 2;

    internal int StructDataWords => (ushort)(Raw >> 32);

    internal int StructPointers => (ushort)(Raw >> 48);

    internal ElementSize ListElementSize => (ElementSize)((Raw >> 32) & 7);

    /// <summary>Elements of a list; for a composite one the words of all its elements.</summary>
    internal int ListCount => (int)(Raw >> 35);

    internal bool FarIsDouble => (Raw & 4) != 0;

    /// <summary>Words from the start of the segment to the landing pad.</summary>
    internal int FarOffset => (int)((uint)Raw >> 3);

    internal uint FarSegment => (uint)(Raw >> 32);

    internal bool IsCapability => (uint)Raw == (uint)PointerKind.Other;

    internal uint CapabilityIndex => (uint)(Raw >> 32);

    internal static WirePointer Struct(int offset, int dataWords, int pointers) =>
        new((uint)(offset << 2) | ((ulong)(ushort)dataWords << 32) | ((ulong)(ushort)pointers << 48));

    internal static WirePointer List(int offset, ElementSize size, int count) =>
        new((uint)((offset << 2) | (int)PointerKind.List) | ((ulong)size << 32) | ((ulong)(uint)count << 35));

    internal static WirePointer Capability(int index) => new((ulong)PointerKind.Other | ((ulong)(uint)index << 32));

    /// <summary>Bits of one element of a list that is not composite.</summary>
    internal static int ElementBits(ElementSize size) => size switch
    {
        ElementSize.Void => 0,
        ElementSize.Bit => 1,
        ElementSize.Byte => 8,
        ElementSize.TwoBytes => 16,
        ElementSize.FourBytes => 32,
        _ => 64,
    };
}
