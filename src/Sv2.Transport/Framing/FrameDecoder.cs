using System.Buffers;
using Sv2.Noise;
using Sv2.Protocol;

namespace Sv2.Transport.Framing;

/// <summary>What <see cref="FrameDecoder.TryRead"/> found.</summary>
internal enum FrameStatus
{
    /// <summary>The buffer ends before the next part of the frame does.</summary>
    NeedMoreData,

    /// <summary>A whole frame: header and payload can be taken until <see cref="FrameDecoder.Release"/>.</summary>
    Complete,

    /// <summary>The header announces more than the limit. Nothing was allocated for it.</summary>
    TooLarge,

    /// <summary>A MAC is wrong.</summary>
    DecryptionFailed,
}

/// <summary>
/// Cuts a stream of bytes into frames, encrypted (spec 04, 4.6) or plain (spec 03, 3.2), keeping what has been decrypted so
/// far so that nothing is looked at twice. Not thread-safe: the read loop owns it. After a failure it must not be used again.
/// <code>
/// encrypted: header 6 + MAC 16 | chunk 1..65,519 + MAC 16 | chunk … ;   plain: header 6 | payload
/// </code>
/// </summary>
internal sealed class FrameDecoder(FrameDecryptor? cipher, PayloadLimits limits, int maxPayloadLength)
{
    private State _state = State.WaitingForHeader;
    private byte[]? _payload;
    private int _filled;

    private enum State
    {
        WaitingForHeader,
        WaitingForPayload,
        FrameReady,
        Failed,
    }

    /// <summary>The header of the frame being read, or read last.</summary>
    internal FrameHeader Header { get; private set; }

    /// <summary>Whether no part of a frame is held.</summary>
    internal bool IsBetweenFrames => _state == State.WaitingForHeader;

    /// <summary>The limit that the last header was measured against, in bytes.</summary>
    internal int Limit { get; private set; }

    /// <summary>The payload of a complete frame. VALID ONLY UNTIL <see cref="Release"/>: the memory is pooled.</summary>
    internal ReadOnlySpan<byte> Payload => _payload.AsSpan(0, _filled);

    /// <summary>Bytes of memory held for the payload of a frame that is not complete or not released.</summary>
    internal int Held => _payload?.Length ?? 0;

    /// <summary>
    /// Consumes what it can use of the front of <paramref name="buffer"/> and slices it off. Lengths are checked before a
    /// payload is waited for, and memory is rented only when the first chunk of the payload is there.
    /// </summary>
    internal FrameStatus TryRead(ref ReadOnlySequence<byte> buffer)
    {
        FrameStatus status = _state switch
        {
            State.WaitingForHeader => ReadHeader(ref buffer),
            State.WaitingForPayload => ReadPayload(ref buffer),
            State.FrameReady => throw new InvalidOperationException("the frame before was not released"),
            _ => throw new InvalidOperationException("the decoder has failed"),
        };
        if (status is FrameStatus.TooLarge or FrameStatus.DecryptionFailed)
            _state = State.Failed;
        else if (status == FrameStatus.Complete)
            _state = State.FrameReady;
        return status;
    }

    /// <summary>Gives back the payload's memory; the next frame may be read.</summary>
    internal void Release()
    {
        if (_payload is not null)
            ArrayPool<byte>.Shared.Return(_payload);
        _payload = null;
        _filled = 0;
        if (_state != State.Failed)
            _state = State.WaitingForHeader;
    }

    private FrameStatus ReadHeader(ref ReadOnlySequence<byte> buffer)
    {
        int length = cipher is null ? FrameHeader.Length : NoiseFrame.EncryptedHeaderSize;
        if (buffer.Length < length)
            return FrameStatus.NeedMoreData;

        Span<byte> raw = stackalloc byte[NoiseFrame.EncryptedHeaderSize];
        Span<byte> plain = stackalloc byte[FrameHeader.Length];
        buffer.Slice(0, length).CopyTo(raw);
        buffer = buffer.Slice(length);
        if (cipher is null)
            raw[..FrameHeader.Length].CopyTo(plain);
        else if (cipher.DecryptHeader(raw, plain) != NoiseError.None)
            return FrameStatus.DecryptionFailed;

        Header = FrameHeader.Read(plain);
        Limit = Math.Min(maxPayloadLength, limits.For(Header));
        if (Header.PayloadLength > Limit)
            return FrameStatus.TooLarge;
        if (Header.PayloadLength == 0)
            return FrameStatus.Complete;
        _state = State.WaitingForPayload;
        return ReadPayload(ref buffer);
    }

    private FrameStatus ReadPayload(ref ReadOnlySequence<byte> buffer)
    {
        while (_filled < Header.PayloadLength)
        {
            int missing = Header.PayloadLength - _filled;
            if (cipher is null)
            {
                if (buffer.IsEmpty)
                    return FrameStatus.NeedMoreData;
                int part = (int)Math.Min(missing, buffer.Length);
                buffer.Slice(0, part).CopyTo(Rent(part));
                buffer = buffer.Slice(part);
                continue;
            }

            int plaintext = Math.Min(missing, NoiseFrame.MaxChunk);
            if (buffer.Length < plaintext + NoiseFrame.MacSize)
                return FrameStatus.NeedMoreData;
            if (!DecryptChunk(buffer.Slice(0, plaintext + NoiseFrame.MacSize), Rent(plaintext)))
                return FrameStatus.DecryptionFailed;
            buffer = buffer.Slice(plaintext + NoiseFrame.MacSize);
        }

        return FrameStatus.Complete;
    }

    private bool DecryptChunk(ReadOnlySequence<byte> chunk, Span<byte> plaintext)
    {
        if (chunk.IsSingleSegment)
            return cipher!.DecryptChunk(chunk.FirstSpan, plaintext) == NoiseError.None;
        byte[] whole = ArrayPool<byte>.Shared.Rent((int)chunk.Length);
        chunk.CopyTo(whole);
        bool good = cipher!.DecryptChunk(whole.AsSpan(0, (int)chunk.Length), plaintext) == NoiseError.None;
        ArrayPool<byte>.Shared.Return(whole);
        return good;
    }

    // The next `count` bytes of the payload's memory, which grows with what has arrived: a header alone, or a slow peer,
    // holds no more than twice what it has sent.
    private Span<byte> Rent(int count)
    {
        if (_payload is null || _payload.Length - _filled < count)
        {
            int wanted = Math.Min(Header.PayloadLength, Math.Max(_filled + count, 2 * (_payload?.Length ?? 0)));
            byte[] larger = ArrayPool<byte>.Shared.Rent(wanted);
            if (_payload is not null)
            {
                _payload.AsSpan(0, _filled).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(_payload);
            }

            _payload = larger;
        }

        Span<byte> part = _payload.AsSpan(_filled, count);
        _filled += count;
        return part;
    }
}
