using System.Buffers;
using Fuzz.Harness;
using Sv2.Noise;
using Sv2.Noise.Ciphers;
using Sv2.Protocol;
using Sv2.Protocol.TemplateDistribution;
using Sv2.Transport.Framing;
using Xunit;

namespace Fuzz.Decoders;

/// <summary>Streams of frames, arriving in pieces.</summary>
public sealed class FrameTests
{
    private static readonly byte[] Key = new SeededRandom(6).Bytes(32);

    /// <summary>
    /// A miner's payload is limited to 80 KiB, which the pool of arrays rounds to 128 KiB: that is all a lying length costs.
    /// </summary>
    [Fact]
    public void Plain_streams()
    {
        PayloadLimits limits = PayloadLimits.Of(PeerRole.MiningClient);
        var random = new SeededRandom(7);
        byte[][] seeds =
        [
            .. Enumerable.Range(0, 12).Select(_ => Enumerable.Range(0, 1 + random.Next(4))
                .SelectMany(_ => Frame(random))
                .ToArray()),
        ];
        Campaign.OverBytes(
            seeds,
            input => Read(new FrameDecoder(null, limits, FrameHeader.MaxPayloadLength), input),
            new Allowance(192 * 1024, 24),
            static (input, frames) => Assert.Equal(input, frames.SelectMany(frame => frame).ToArray()));
    }

    /// <summary>Whatever is done to the ciphertext: what comes out are the first frames that were put in, or nothing.</summary>
    [Fact]
    public void Encrypted_streams()
    {
        var random = new SeededRandom(8);
        byte[][] frames =
        [
            .. Enumerable.Range(0, 5).Select(_ => Frame(random)),
            MessageSamples.EncodeFrame(new RequestTransactionDataSuccess(1, ReadOnlyMemory<byte>.Empty, [random.Bytes(66_000)])),
        ];
        byte[] stream = Encrypt(frames);
        int few = Encrypt(frames[..3]).Length;
        Campaign.OverBytes(
            [stream[..few], stream[..few], stream[..few], stream],
            input => Read(
                new FrameDecoder(
                    new FrameDecryptor(new CipherState(Key)), PayloadLimits.Of(PeerRole.TemplateProvider), FrameHeader.MaxPayloadLength),
                input),
            new Allowance(192 * 1024, 24),
            (_, accepted) =>
            {
                Assert.InRange(accepted.Count, 0, frames.Length);
                for (int i = 0; i < accepted.Count; i++)
                    Assert.Equal(frames[i], accepted[i]);
            });
    }

    private static byte[] Frame(SeededRandom random) =>
        MessageSamples.EncodeFrame(MessageSamples.Make(random.Pick(MessageSamples.Types), random));

    private static byte[] Encrypt(byte[][] frames)
    {
        var encryptor = new FrameEncryptor(new CipherState(Key));
        var stream = new List<byte>();
        foreach (byte[] frame in frames)
        {
            var encrypted = new byte[NoiseFrame.EncryptedLength(frame.Length - FrameHeader.Length)];
            Assert.Equal(
                NoiseError.None, encryptor.Encrypt(frame.AsSpan(0, FrameHeader.Length), frame.AsSpan(FrameHeader.Length), encrypted));
            stream.AddRange(encrypted);
        }

        return [.. stream];
    }

    // Null unless the stream ends cleanly between two frames.
    private static List<byte[]>? Read(FrameDecoder decoder, byte[] stream)
    {
        var random = new SeededRandom((ulong)stream.Length);
        var frames = new List<byte[]>();
        int consumed = 0;
        int arrived = 0;
        while (true)
        {
            ReadOnlySequence<byte> buffer = InTwo(stream.AsMemory(consumed, arrived - consumed), random);
            FrameStatus status = decoder.TryRead(ref buffer);
            int left = (int)buffer.Length;
            Assert.InRange(left, 0, arrived - consumed);
            consumed = arrived - left;
            switch (status)
            {
                case FrameStatus.Complete:
                    var frame = new byte[FrameHeader.Length + decoder.Payload.Length];
                    decoder.Header.Write(frame);
                    decoder.Payload.CopyTo(frame.AsSpan(FrameHeader.Length));
                    Assert.Equal(decoder.Header.PayloadLength, decoder.Payload.Length);
                    frames.Add(frame);
                    decoder.Release();
                    break;
                case FrameStatus.NeedMoreData when arrived < stream.Length:
                    arrived += 1 + random.Next(stream.Length - arrived);
                    break;
                default:
                    bool clean = status == FrameStatus.NeedMoreData && decoder.IsBetweenFrames && consumed == stream.Length;
                    decoder.Release();
                    return clean ? frames : null;
            }
        }
    }

    private static ReadOnlySequence<byte> InTwo(ReadOnlyMemory<byte> bytes, SeededRandom random)
    {
        int cut = random.Next(bytes.Length + 1);
        var first = new Segment(bytes[..cut]);
        Segment last = first.Append(bytes[cut..]);
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        internal Segment(ReadOnlyMemory<byte> memory) => Memory = memory;

        internal Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory) { RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }
}
