using System.Buffers;
using Sv2.Noise;
using Sv2.Protocol;

namespace Sv2.Transport.Framing;

/// <summary>
/// Turns messages into the bytes of frames, one after the other in a pooled buffer. Encryption happens here and only the
/// write loop calls it, so that nonce order is wire order. Not thread-safe.
/// </summary>
internal sealed class FrameEncoder(FrameEncryptor? cipher)
{
    private byte[]? _output;
    private byte[]? _scratch;

    /// <summary>Bytes ready to be sent.</summary>
    internal int Length { get; private set; }

    /// <summary>
    /// The bytes ready to be sent. VALID ONLY UNTIL the next <see cref="Append"/>, <see cref="Clear"/> or <see cref="Release"/>.
    /// </summary>
    internal ReadOnlyMemory<byte> Output => _output.AsMemory(0, Length);

    /// <summary>
    /// Adds one message. Throws <see cref="ArgumentException"/> or <see cref="InvalidOperationException"/> when the message
    /// cannot be expressed on the wire, a bug of ours; what was appended before stays intact.
    /// </summary>
    internal void Append(Sv2Message message)
    {
        FrameHeader header = FrameHeader.Of(message);
        if (header.PayloadLength > FrameHeader.MaxPayloadLength)
            throw new ArgumentException($"{message.GetType().Name} takes {header.PayloadLength} bytes, more than a frame holds");

        if (cipher is null)
        {
            Span<byte> frame = Reserve(FrameHeader.Length + header.PayloadLength);
            WritePlain(message, header, frame);
            Length += frame.Length;
            return;
        }

        Span<byte> plain = Scratch(FrameHeader.Length + header.PayloadLength);
        WritePlain(message, header, plain);
        Span<byte> output = Reserve(NoiseFrame.EncryptedLength(header.PayloadLength));
        NoiseError error = cipher.Encrypt(plain[..FrameHeader.Length], plain[FrameHeader.Length..], output);
        if (error != NoiseError.None)
            throw new InvalidOperationException($"the session can encrypt no more: {error}");
        Length += output.Length;
    }

    /// <summary>Forgets what was sent and keeps the memory for the rest of the burst.</summary>
    internal void Clear() => Length = 0;

    /// <summary>Gives all memory back.</summary>
    internal void Release()
    {
        Length = 0;
        if (_output is not null)
            ArrayPool<byte>.Shared.Return(_output);
        if (_scratch is not null)
            ArrayPool<byte>.Shared.Return(_scratch);
        _output = null;
        _scratch = null;
    }

    private static void WritePlain(Sv2Message message, FrameHeader header, Span<byte> frame)
    {
        header.Write(frame);
        var writer = new WireWriter(frame[FrameHeader.Length..]);
        message.WritePayload(ref writer);
        if (writer.Written != header.PayloadLength)
        {
            throw new InvalidOperationException(
                $"{message.GetType().Name} announced {header.PayloadLength} bytes and wrote {writer.Written}");
        }
    }

    private Span<byte> Scratch(int length)
    {
        if (_scratch is null || _scratch.Length < length)
        {
            if (_scratch is not null)
                ArrayPool<byte>.Shared.Return(_scratch);
            _scratch = ArrayPool<byte>.Shared.Rent(length);
        }

        return _scratch.AsSpan(0, length);
    }

    // `count` bytes behind what is there; Length is the caller's to move.
    private Span<byte> Reserve(int count)
    {
        if (_output is null || _output.Length - Length < count)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(Length + count, 2 * Length));
            if (_output is not null)
            {
                _output.AsSpan(0, Length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(_output);
            }

            _output = larger;
        }

        return _output.AsSpan(Length, count);
    }
}
