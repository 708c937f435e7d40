using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Capnp;

/// <summary>The stream framing: a segment table (count − 1, sizes in words, padded to a word) before the segments.</summary>
public static class MessageFrame
{
    /// <summary>Takes one message from the front of what has been received.</summary>
    /// <param name="buffer">The received bytes; advanced past the message when there is one.</param>
    /// <param name="limits">Checked against the table alone, before anything is allocated.</param>
    /// <param name="message">The message, copied out of the buffer.</param>
    /// <returns>Whether there was a whole message.</returns>
    /// <exception cref="CapnpFormatException">The table asks for more than the limits allow.</exception>
    public static bool TryRead(
        ref ReadOnlySequence<byte> buffer, MessageLimits limits, [NotNullWhen(true)] out MessageReader? message)
    {
        ArgumentNullException.ThrowIfNull(limits);
        message = null;
        SequenceReader<byte> table = new(buffer);
        if (!table.TryReadLittleEndian(out int countLessOne))
            return false;
        if ((uint)countLessOne >= (uint)limits.MaxSegments)
            throw new CapnpFormatException($"a message of {(uint)countLessOne + 1L} segments; at most {limits.MaxSegments} are accepted");

        int count = countLessOne + 1;
        int tableBytes = (4 + (count * 4) + 7) & ~7;
        if (buffer.Length < tableBytes)
            return false;

        long total = 0;
        for (int i = 0; i < count; i++)
        {
            _ = table.TryReadLittleEndian(out int words);
            total += (long)(uint)words * WirePointer.WordBytes;
            if (total > limits.MaxBytes)
                throw new CapnpFormatException($"a message of {total} bytes or more; at most {limits.MaxBytes} are accepted");
        }

        if (buffer.Length < tableBytes + total)
            return false;

        byte[] tableCopy = new byte[tableBytes];
        buffer.Slice(0, tableBytes).CopyTo(tableCopy);
        byte[] body = new byte[total];
        buffer.Slice(tableBytes, total).CopyTo(body);
        ReadOnlyMemory<byte>[] segments = new ReadOnlyMemory<byte>[count];
        int at = 0;
        for (int i = 0; i < count; i++)
        {
            int bytes = BinaryPrimitives.ReadInt32LittleEndian(tableCopy.AsSpan(4 + (i * 4))) * WirePointer.WordBytes;
            segments[i] = body.AsMemory(at, bytes);
            at += bytes;
        }

        buffer = buffer.Slice(tableBytes + total);
        message = new MessageReader(segments, limits);
        return true;
    }
}
