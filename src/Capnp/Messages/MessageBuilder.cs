using System.Buffers.Binary;
using Capnp.Rpc;

namespace Capnp;

/// <summary>
/// A message in the making: one segment that grows, with room for the segment table before it, and the capabilities its
/// pointers refer to. Used by one party at a time; what was read out of it as a frame must not be changed afterwards.
/// </summary>
public sealed class MessageBuilder
{
    private const int TableBytes = 8;

    private readonly List<Capability?> _capabilities = [];
    private readonly int _maxBytes;
    private byte[] _buffer;
    private int _used = TableBytes + WirePointer.WordBytes;

    /// <summary>Begins an empty message.</summary>
    /// <param name="maxBytes">Most bytes it may come to; more is a <see cref="CapnpFormatException"/>.</param>
    public MessageBuilder(int maxBytes = 64 * 1024 * 1024)
    {
        _maxBytes = maxBytes;
        _buffer = new byte[512];
    }

    /// <summary>The root pointer.</summary>
    public PointerBuilder Root => new(this, 0);

    /// <summary>The capabilities the message refers to, in the order of their index; each a reference the message owns.</summary>
    internal IReadOnlyList<Capability?> Capabilities => _capabilities;

    /// <summary>The message with its segment table, as it goes into a file or a stream.</summary>
    public ReadOnlyMemory<byte> ToFrame()
    {
        BinaryPrimitives.WriteInt32LittleEndian(_buffer, 0);
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(4), (_used - TableBytes) / WirePointer.WordBytes);
        return _buffer.AsMemory(0, _used);
    }

    /// <summary>The message as a reader sees it.</summary>
    public MessageReader ToReader() =>
        new([_buffer.AsMemory(TableBytes, _used - TableBytes)], OwnLimits) { Capabilities = _capabilities };

    /// <summary>Takes a reference over from the caller and returns its index.</summary>
    internal int AddCapability(Capability? capability)
    {
        _capabilities.Add(capability);
        return _capabilities.Count - 1;
    }

    /// <summary>Gives the references back, when the message is not needed any more.</summary>
    internal void ReleaseCapabilities()
    {
        foreach (Capability? capability in _capabilities)
            capability?.Dispose();
        _capabilities.Clear();
    }

    /// <summary>Makes room for zeroed words at the end and returns where they begin, in bytes of the segment.</summary>
    internal int Allocate(int words)
    {
        long needed = _used + ((long)words * WirePointer.WordBytes);
        if (needed > _maxBytes)
            throw new CapnpFormatException($"a message of more than {_maxBytes} bytes");
        if (needed > _buffer.Length)
            Array.Resize(ref _buffer, (int)Math.Min(_maxBytes, Math.Max(needed, _buffer.Length * 2L)));
        int at = _used - TableBytes;
        _used = (int)needed;
        return at;
    }

    internal Span<byte> Bytes(int offset, int length) => _buffer.AsSpan(TableBytes + offset, length);

    internal void WriteWord(int offset, WirePointer pointer) =>
        BinaryPrimitives.WriteUInt64LittleEndian(Bytes(offset, WirePointer.WordBytes), pointer.Raw);

    private static readonly MessageLimits OwnLimits = new() { TraversalWords = long.MaxValue };
}
