using System.Buffers.Binary;
using Capnp.Rpc;

namespace Capnp;

/// <summary>
/// A received message: its segments, the capabilities its pointers refer to, and the budget reading it may still use. Read by
/// one party at a time. The readers handed out refer to its memory, which is never used again for anything else, so they and
/// the data they return live as long as they are referred to.
/// </summary>
public sealed class MessageReader
{
    private readonly ReadOnlyMemory<byte>[] _segments;
    private readonly int _maxDepth;
    private long _budget;

    /// <summary>Makes a reader of a message without a segment table.</summary>
    /// <param name="segments">The segments, whole words each.</param>
    /// <param name="limits">What reading may cost.</param>
    /// <exception cref="CapnpFormatException">There is no segment or one is not whole words.</exception>
    public MessageReader(ReadOnlyMemory<byte>[] segments, MessageLimits limits)
    {
        ArgumentNullException.ThrowIfNull(segments);
        ArgumentNullException.ThrowIfNull(limits);
        if (segments.Length == 0)
            throw new CapnpFormatException("a message without a segment");
        foreach (ReadOnlyMemory<byte> segment in segments)
        {
            if (segment.Length % WirePointer.WordBytes != 0)
                throw new CapnpFormatException("a segment that is not whole words");
        }

        _segments = segments;
        _budget = limits.TraversalWords;
        _maxDepth = limits.MaxDepth;
    }

    /// <summary>The root pointer; null in an empty message.</summary>
    public PointerReader Root => _segments[0].Length == 0 ? default : new PointerReader(this, 0, 0, _maxDepth);

    /// <summary>The capabilities capability pointers refer to by index; the message does not own them.</summary>
    internal IReadOnlyList<Capability?> Capabilities { get; set; } = [];

    internal int SegmentCount => _segments.Length;

    /// <summary>Reads a message from its bytes as they stand in a file or on a stream, which must hold exactly one.</summary>
    /// <param name="frame">Segment table and segments.</param>
    /// <param name="limits">What reading may cost.</param>
    /// <exception cref="CapnpFormatException">The bytes are no message, or less or more than one.</exception>
    public static MessageReader Parse(ReadOnlyMemory<byte> frame, MessageLimits? limits = null)
    {
        System.Buffers.ReadOnlySequence<byte> sequence = new(frame);
        if (!MessageFrame.TryRead(ref sequence, limits ?? MessageLimits.Default, out MessageReader? message) || sequence.Length != 0)
            throw new CapnpFormatException("not exactly one message");
        return message;
    }

    internal ReadOnlyMemory<byte> Segment(int index) => _segments[index];

    internal ulong ReadWord(int segment, int offset) =>
        BinaryPrimitives.ReadUInt64LittleEndian(_segments[segment].Span[offset..]);

    internal bool InBounds(int segment, long offset, long bytes) =>
        offset >= 0 && bytes >= 0 && offset + bytes <= _segments[segment].Length;

    internal void Charge(long words)
    {
        _budget -= words;
        if (_budget < 0)
            throw new CapnpFormatException("the message passes the traversal limit");
    }
}
