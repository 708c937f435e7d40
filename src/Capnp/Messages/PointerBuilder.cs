using System.Text;
using Capnp.Rpc;

namespace Capnp;

/// <summary>A pointer of a message in the making. Setting it again leaves what it pointed to unused in the message.</summary>
public readonly record struct PointerBuilder
{
    private readonly MessageBuilder _message;
    private readonly int _offset;

    internal PointerBuilder(MessageBuilder message, int offset)
    {
        _message = message;
        _offset = offset;
    }

    /// <summary>Points to a new struct.</summary>
    /// <param name="dataWords">Words of its data section.</param>
    /// <param name="pointers">Pointers it has.</param>
    public StructBuilder InitStruct(int dataWords, int pointers)
    {
        int at = _message.Allocate(dataWords + pointers);
        // An empty struct lies nowhere; the encoding wants the offset that keeps the pointer from looking null.
        int offset = dataWords + pointers == 0 ? -1 : Distance(at);
        _message.WriteWord(_offset, WirePointer.Struct(offset, dataWords, pointers));
        return new StructBuilder(_message, at, dataWords, pointers);
    }

    /// <summary>Points to a new list of values or pointers.</summary>
    /// <param name="size">What an element is; not <see cref="ElementSize.Composite"/>.</param>
    /// <param name="count">Number of elements, all zero.</param>
    public ListBuilder InitList(ElementSize size, int count)
    {
        ArgumentOutOfRangeException.ThrowIfEqual((int)size, (int)ElementSize.Composite);
        int bits = WirePointer.ElementBits(size);
        int at = _message.Allocate((int)((((long)count * bits) + 63) / 64));
        _message.WriteWord(_offset, WirePointer.List(Distance(at), size, count));
        return new ListBuilder(_message, at, count, bits, 0, size == ElementSize.Pointer ? 1 : 0);
    }

    /// <summary>Points to a new list of structs.</summary>
    /// <param name="count">Number of elements, all with their defaults.</param>
    /// <param name="dataWords">Words of each one's data section.</param>
    /// <param name="pointers">Pointers of each.</param>
    public ListBuilder InitStructList(int count, int dataWords, int pointers)
    {
        int words = checked(count * (dataWords + pointers));
        int at = _message.Allocate(words + 1);
        _message.WriteWord(_offset, WirePointer.List(Distance(at), ElementSize.Composite, words));
        _message.WriteWord(at, WirePointer.Struct(count, dataWords, pointers));
        return new ListBuilder(_message, at + WirePointer.WordBytes, count, (dataWords + pointers) * 64, dataWords, pointers);
    }

    /// <summary>Points to a copy of bytes.</summary>
    public void SetData(ReadOnlySpan<byte> value)
    {
        ListBuilder list = InitList(ElementSize.Byte, value.Length);
        value.CopyTo(list.Bytes());
    }

    /// <summary>Points to a text, stored as UTF-8 with a final NUL; null makes a null pointer.</summary>
    public void SetText(string? value)
    {
        if (value is null)
        {
            Clear();
            return;
        }

        ListBuilder list = InitList(ElementSize.Byte, Encoding.UTF8.GetByteCount(value) + 1);
        _ = Encoding.UTF8.GetBytes(value, list.Bytes());
    }

    /// <summary>Points to a capability, of which the message takes a reference of its own; null makes a null pointer.</summary>
    public void SetCapability(Capability? value)
    {
        if (value is null)
            Clear();
        else
            _message.WriteWord(_offset, WirePointer.Capability(_message.AddCapability(value.AddReference())));
    }

    /// <summary>Makes it a null pointer.</summary>
    public void Clear() => _message.WriteWord(_offset, default);

    /// <summary>Points to a deep copy of what a pointer of another message points to, capabilities included.</summary>
    /// <exception cref="CapnpFormatException">The other message is malformed.</exception>
    public void CopyFrom(PointerReader source)
    {
        PointerBuilder self = this;
        Clear();
        source.Visit(
            value => self.InitStruct(value.DataWords, value.PointerCount).CopyFrom(value),
            list => self.CopyList(list),
            capability =>
            {
                using (capability)
                    self.SetCapability(capability);
            });
    }

    private void CopyList(ListReader source)
    {
        switch (source.Size)
        {
            case ElementSize.Composite:
                ListBuilder structs = InitStructList(source.Count, source.ElementDataBits / 64, source.ElementPointers);
                for (int i = 0; i < source.Count; i++)
                    structs.GetStruct(i).CopyFrom(source.GetStruct(i));
                break;
            case ElementSize.Pointer:
                ListBuilder pointers = InitList(ElementSize.Pointer, source.Count);
                for (int i = 0; i < source.Count; i++)
                    pointers.GetPointer(i).CopyFrom(source.GetPointer(i));
                break;
            default:
                ListBuilder values = InitList(source.Size, source.Count);
                source.Bytes().Span.CopyTo(values.Bytes());
                break;
        }
    }

    private int Distance(int target) => (target - _offset - WirePointer.WordBytes) / WirePointer.WordBytes;
}
