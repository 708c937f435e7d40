using System.Buffers;
using Sv2.Noise;
using Sv2.Protocol;
using Sv2.Transport.Framing;

namespace Sv2.Transport.Tests;

public class FrameDecoderTests
{
    private static readonly PayloadLimits Limits = PayloadLimits.Of(PeerRole.JobDeclaratorClient);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Two_frames_split_at_any_index_are_read_whole(bool encrypted)
    {
        byte[] payload = [1, 2, 3, 4, 5, 6, 7];
        int length = Wire(encrypted, payload, out _).Length;
        for (int split = 0; split <= length; split++)
        {
            byte[] wire = Wire(encrypted, payload, out FrameDecoder decoder);
            List<byte[]> frames = Feed(decoder, wire[..split], wire[split..]);
            Assert.Equal(2, frames.Count);
            Assert.All(frames, frame => Assert.Equal(payload, frame));
            Assert.True(decoder.IsBetweenFrames);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Frames_that_arrive_byte_by_byte_are_read_whole(bool encrypted)
    {
        byte[] payload = new byte[300];
        new Random(1).NextBytes(payload);
        byte[] wire = Wire(encrypted, payload, out FrameDecoder decoder);
        List<byte[]> frames = Feed(decoder, [.. wire.Select(value => new[] { value })]);
        Assert.Equal(2, frames.Count);
        Assert.All(frames, frame => Assert.Equal(payload, frame));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_518)]
    [InlineData(65_519)]
    [InlineData(65_520)]
    [InlineData(131_038)]
    [InlineData(131_039)]
    [InlineData(3_000_000)]
    public void Payloads_around_the_size_of_a_chunk_are_joined_from_small_segments(int length)
    {
        byte[] payload = new byte[length];
        new Random(length).NextBytes(payload);
        byte[] wire = Wire(encrypted: true, payload, out FrameDecoder decoder);
        Assert.Equal(2 * NoiseFrame.EncryptedLength(length), wire.Length);

        List<byte[]> frames = Feed(decoder, [.. wire.Chunk(4_000)]);
        Assert.Equal(2, frames.Count);
        Assert.All(frames, frame => Assert.True(payload.AsSpan().SequenceEqual(frame)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_stream_cut_at_any_index_gives_no_more_than_the_whole_frames(bool encrypted)
    {
        byte[] payload = [9, 8, 7];
        int length = Wire(encrypted, payload, out _).Length;
        for (int end = 0; end < length; end++)
        {
            byte[] wire = Wire(encrypted, payload, out FrameDecoder decoder);
            int whole = end / (length / 2);
            Assert.Equal(whole, Feed(decoder, wire[..end]).Count);
            bool headerRead = end % (length / 2) >= (encrypted ? NoiseFrame.EncryptedHeaderSize : FrameHeader.Length);
            Assert.Equal(!headerRead, decoder.IsBetweenFrames);
        }
    }

    [Fact]
    public void A_length_over_the_limit_is_refused_at_the_header_without_memory_for_it()
    {
        var decoder = new FrameDecoder(null, Limits, 100);
        byte[] header = new byte[FrameHeader.Length];
        new FrameHeader(0, false, Messages.OfLength(9).MessageType, FrameHeader.MaxPayloadLength).Write(header);

        var buffer = new ReadOnlySequence<byte>(header);
        long before = GC.GetAllocatedBytesForCurrentThread();
        FrameStatus status = decoder.TryRead(ref buffer);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(FrameStatus.TooLarge, status);
        Assert.Equal(100, decoder.Limit);
        Assert.InRange(allocated, 0, 1024);
        Assert.Throws<InvalidOperationException>(() => Feed(decoder, [1]));
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 70_000)]
    [InlineData(true, NoiseFrame.MaxChunk)]
    public void Memory_grows_with_what_has_arrived_and_not_with_what_is_announced(bool encrypted, int arrived)
    {
        byte[] wire = Wire(encrypted, new byte[8_000_000], out FrameDecoder decoder);
        int header = encrypted ? NoiseFrame.EncryptedHeaderSize : FrameHeader.Length;
        var buffer = new ReadOnlySequence<byte>(wire, 0, header + arrived + (encrypted ? NoiseFrame.MacSize : 0));

        Assert.Equal(FrameStatus.NeedMoreData, decoder.TryRead(ref buffer));

        Assert.InRange(decoder.Held, arrived, Math.Max(256, 2 * arrived));
        decoder.Release();
    }

    [Fact]
    public void A_payload_of_exactly_the_limit_is_accepted_and_one_byte_more_is_not()
    {
        foreach ((int length, FrameStatus expected) in new[] { (100, FrameStatus.NeedMoreData), (101, FrameStatus.TooLarge) })
        {
            var decoder = new FrameDecoder(null, Limits, 100);
            byte[] header = new byte[FrameHeader.Length];
            new FrameHeader(0, false, Messages.OfLength(9).MessageType, length).Write(header);
            var buffer = new ReadOnlySequence<byte>(header);
            Assert.Equal(expected, decoder.TryRead(ref buffer));
        }
    }

    [Fact]
    public void Any_changed_byte_fails_authentication()
    {
        int length = Wire(true, [1, 2, 3], out _).Length / 2;
        for (int index = 0; index < length; index++)
        {
            byte[] wire = Wire(true, [1, 2, 3], out FrameDecoder decoder);
            wire[index] ^= 0x10;
            var buffer = new ReadOnlySequence<byte>(wire);
            Assert.Equal(FrameStatus.DecryptionFailed, decoder.TryRead(ref buffer));
        }
    }

    // Two equal frames, and the decoder that can read them.
    private static byte[] Wire(bool encrypted, byte[] payload, out FrameDecoder decoder)
    {
        NoisePair? pair = encrypted ? new NoisePair() : null;
        decoder = new FrameDecoder(pair?.Server.Receive, Limits, FrameHeader.MaxPayloadLength);
        var encoder = new FrameEncoder(pair?.Client.Send);
        encoder.Append(new RawMessage(0, Messages.OfLength(9).MessageType, payload));
        encoder.Append(new RawMessage(0, Messages.OfLength(9).MessageType, payload));
        return encoder.Output.ToArray();
    }

    // Gives the pieces to the decoder as a pipe would: what was not consumed comes again, in front of the next piece.
    private static List<byte[]> Feed(FrameDecoder decoder, params byte[][] pieces)
    {
        var frames = new List<byte[]>();
        var segments = new List<byte[]>();
        foreach (byte[] piece in pieces)
        {
            segments.Add(piece);
            ReadOnlySequence<byte> buffer = Segment.Join(segments);
            while (decoder.TryRead(ref buffer) == FrameStatus.Complete)
            {
                frames.Add(decoder.Payload.ToArray());
                decoder.Release();
            }

            segments = [.. Split(buffer)];
        }

        return frames;
    }

    private static IEnumerable<byte[]> Split(ReadOnlySequence<byte> buffer)
    {
        foreach (ReadOnlyMemory<byte> segment in buffer)
            yield return segment.ToArray();
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        private Segment(ReadOnlyMemory<byte> memory, long index) => (Memory, RunningIndex) = (memory, index);

        internal static ReadOnlySequence<byte> Join(List<byte[]> parts)
        {
            var first = new Segment(parts[0], 0);
            Segment last = first;
            foreach (byte[] part in parts.Skip(1))
            {
                var next = new Segment(part, last.RunningIndex + last.Memory.Length);
                last.Next = next;
                last = next;
            }

            return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
        }
    }
}
