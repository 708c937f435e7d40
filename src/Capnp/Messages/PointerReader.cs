using System.Text;
using Capnp.Rpc;

namespace Capnp;

/// <summary>A pointer in a message; the default value is a null pointer. Every read may throw <see cref="CapnpFormatException"/>.</summary>
public readonly record struct PointerReader
{
    private readonly MessageReader? _message;
    private readonly int _segment;
    private readonly int _offset;
    private readonly int _depth;

    internal PointerReader(MessageReader message, int segment, int offset, int depth)
    {
        _message = message;
        _segment = segment;
        _offset = offset;
        _depth = depth;
    }

    /// <summary>Whether nothing is there.</summary>
    public bool IsNull => _message is null || _message.ReadWord(_segment, _offset) == 0;

    internal MessageReader? Message => _message;

    /// <summary>The struct pointed to; an empty one, whose fields all have their defaults, for a null pointer.</summary>
    public StructReader ReadStruct()
    {
        if (!TryFollow(out Target target))
            return default;
        if (target.Pointer.Kind != WirePointer.PointerKind.Struct)
            throw new CapnpFormatException("a struct was expected where the message has something else");
        return StructAt(target);
    }

    /// <summary>The list pointed to; an empty one for a null pointer.</summary>
    /// <param name="expected">What its elements are read as; a list of another shape is accepted where the encoding says so.</param>
    public ListReader ReadList(ElementSize expected)
    {
        if (!TryFollow(out Target target))
            return default;
        if (target.Pointer.Kind != WirePointer.PointerKind.List)
            throw new CapnpFormatException("a list was expected where the message has something else");
        ListReader list = ListAt(target);
        list.CheckReadableAs(expected);
        return list;
    }

    /// <summary>The bytes pointed to; none for a null pointer. They refer to the message's memory.</summary>
    public ReadOnlyMemory<byte> ReadData()
    {
        if (!TryFollow(out Target target))
            return default;
        if (target.Pointer.Kind != WirePointer.PointerKind.List || target.Pointer.ListElementSize != ElementSize.Byte)
            throw new CapnpFormatException("bytes were expected where the message has something else");
        return ListAt(target).Bytes();
    }

    /// <summary>The text pointed to, without its final NUL; empty for a null pointer. What is no UTF-8 is replaced.</summary>
    public string ReadText()
    {
        ReadOnlySpan<byte> bytes = ReadData().Span;
        if (bytes.IsEmpty)
            return "";
        if (bytes[^1] != 0)
            throw new CapnpFormatException("a text without its final NUL");
        return Encoding.UTF8.GetString(bytes[..^1]);
    }

    /// <summary>A new reference to the capability pointed to, for the caller to dispose; null for a null pointer.</summary>
    public Capability? ReadCapability()
    {
        if (IsNull)
            return null;
        WirePointer pointer = new(_message!.ReadWord(_segment, _offset));
        if (!pointer.IsCapability)
            throw new CapnpFormatException("a capability was expected where the message has something else");
        if (pointer.CapabilityIndex >= (uint)_message.Capabilities.Count)
            throw new CapnpFormatException("a capability that is not in the message's table");
        return _message.Capabilities[(int)pointer.CapabilityIndex]?.AddReference();
    }

    /// <summary>What a struct or list pointer leads to: for a copy, which does not know what it copies.</summary>
    internal void Visit(Action<StructReader> onStruct, Action<ListReader> onList, Action<Capability?> onCapability)
    {
        if (_message is not null && new WirePointer(_message.ReadWord(_segment, _offset)).Kind == WirePointer.PointerKind.Other)
            onCapability(ReadCapability());
        else if (!TryFollow(out Target target))
            return;
        else if (target.Pointer.Kind == WirePointer.PointerKind.Struct)
            onStruct(StructAt(target));
        else
            onList(ListAt(target));
    }

    /// <summary>Finds the target of a struct or list pointer, through far pointers where there are any.</summary>
    private bool TryFollow(out Target target)
    {
        target = default;
        if (_message is null)
            return false;
        WirePointer pointer = new(_message.ReadWord(_segment, _offset));
        if (pointer.IsNull)
            return false;
        if (_depth <= 0)
            throw new CapnpFormatException("the message is nested too deeply");

        if (pointer.Kind != WirePointer.PointerKind.Far)
        {
            target = new Target(pointer, _segment, _offset + WirePointer.WordBytes + ((long)pointer.Offset * WirePointer.WordBytes));
        }
        else
        {
            target = FollowFar(_message, pointer);
        }

        if (target.Pointer.Kind is not (WirePointer.PointerKind.Struct or WirePointer.PointerKind.List))
            throw new CapnpFormatException("a struct or list was expected where the message has another pointer");
        return true;
    }

    private static Target FollowFar(MessageReader message, WirePointer far)
    {
        (int segment, long pad) = Landing(message, far, far.FarIsDouble ? 2 : 1);
        message.Charge(far.FarIsDouble ? 2 : 1);
        WirePointer first = new(message.ReadWord(segment, (int)pad));
        if (!far.FarIsDouble)
        {
            // A landing pad holds the pointer itself, counted from its own place.
            return new Target(first, segment, pad + WirePointer.WordBytes + ((long)first.Offset * WirePointer.WordBytes));
        }

        if (first.Kind != WirePointer.PointerKind.Far || first.FarIsDouble)
            throw new CapnpFormatException("a double-far landing pad without a far pointer");
        WirePointer tag = new(message.ReadWord(segment, (int)pad + WirePointer.WordBytes));
        (int targetSegment, long start) = Landing(message, first, 0);
        return new Target(tag, targetSegment, start);
    }

    private static (int Segment, long Offset) Landing(MessageReader message, WirePointer far, int words)
    {
        if (far.FarSegment >= (uint)message.SegmentCount)
            throw new CapnpFormatException("a far pointer into a segment that does not exist");
        long offset = (long)far.FarOffset * WirePointer.WordBytes;
        if (!message.InBounds((int)far.FarSegment, offset, (long)words * WirePointer.WordBytes))
            throw new CapnpFormatException("a far pointer past the end of its segment");
        return ((int)far.FarSegment, offset);
    }

    private StructReader StructAt(Target target)
    {
        MessageReader message = _message!;
        int words = target.Pointer.StructDataWords + target.Pointer.StructPointers;
        if (!message.InBounds(target.Segment, target.Offset, (long)words * WirePointer.WordBytes))
            throw new CapnpFormatException("a struct past the end of its segment");
        message.Charge(Math.Max(words, 1));
        return new StructReader(
            message, target.Segment, (int)target.Offset, target.Pointer.StructDataWords * 64, target.Pointer.StructPointers, _depth - 1);
    }

    private ListReader ListAt(Target target)
    {
        MessageReader message = _message!;
        WirePointer pointer = target.Pointer;
        if (pointer.ListElementSize == ElementSize.Composite)
            return CompositeListAt(message, target);

        int bits = WirePointer.ElementBits(pointer.ListElementSize);
        long words = (((long)pointer.ListCount * bits) + 63) / 64;
        if (!message.InBounds(target.Segment, target.Offset, words * WirePointer.WordBytes))
            throw new CapnpFormatException("a list past the end of its segment");
        // An element without bits costs its sender nothing and its reader a turn of a loop.
        message.Charge(bits == 0 ? pointer.ListCount : Math.Max(words, 1));
        bool pointers = pointer.ListElementSize == ElementSize.Pointer;
        return new ListReader(
            message, target.Segment, (int)target.Offset, pointer.ListCount, pointer.ListElementSize, bits, pointers ? 0 : bits,
            pointers ? 1 : 0, _depth - 1);
    }

    private ListReader CompositeListAt(MessageReader message, Target target)
    {
        long words = target.Pointer.ListCount;
        if (!message.InBounds(target.Segment, target.Offset, (words + 1) * WirePointer.WordBytes))
            throw new CapnpFormatException("a list past the end of its segment");
        WirePointer tag = new(message.ReadWord(target.Segment, (int)target.Offset));
        int count = tag.Offset;
        int elementWords = tag.StructDataWords + tag.StructPointers;
        if (tag.Kind != WirePointer.PointerKind.Struct || count < 0 || (long)count * elementWords > words)
            throw new CapnpFormatException("a list of structs whose tag does not fit its size");
        message.Charge(Math.Max(words + 1, elementWords == 0 ? count : 0));
        return new ListReader(
            message, target.Segment, (int)target.Offset + WirePointer.WordBytes, count, ElementSize.Composite, elementWords * 64,
            tag.StructDataWords * 64, tag.StructPointers, _depth - 1);
    }

    /// <summary>A struct or list pointer and the place its content begins, not yet checked.</summary>
    private readonly record struct Target(WirePointer Pointer, int Segment, long Offset);
}
