using Fuzz.Harness;
using Sv2.Protocol;
using Sv2.Protocol.Extensions;
using Sv2.Protocol.Mining;
using Xunit;

namespace Fuzz.Decoders;

public sealed class MessageTests
{
    /// <summary>The size of 44 message types is small; a field of bytes takes an object beside its bytes.</summary>
    private static readonly Allowance Small = new(4096, 24);

    public static TheoryData<string> TypeNames => [.. MessageSamples.Types.Select(type => type.FullName!)];

    [Theory]
    [MemberData(nameof(TypeNames))]
    public void Payloads_of(string typeName)
    {
        Type type = MessageSamples.Types.Single(candidate => candidate.FullName == typeName);
        var random = new SeededRandom(4);
        Sv2Message[] samples = [.. Enumerable.Range(0, 12).Select(_ => MessageSamples.Make(type, random))];
        FrameHeader header = FrameHeader.Of(samples[0]);
        bool hasBool = MessageSamples.HasBool(type);
        Campaign.OverBytes(
            [.. samples.Select(MessageSamples.Encode)],
            input => Decode(header, input),
            Small,
            (input, message) =>
            {
                Assert.Equal(type, message.GetType());
                byte[] again = MessageSamples.Encode(message);
                Assert.Equal(again, MessageSamples.Encode(Decode(header, again)!));
                if (message is SubmitSharesExtended share)
                    again = MessageSamples.Encode(share with { Tlvs = [] });
                AssertSame(input, again, hasBool);
            });
    }

    [Fact]
    public void Shares_with_tlv_fields()
    {
        var random = new SeededRandom(5);
        SubmitSharesExtended Share(params Tlv[] fields) =>
            (SubmitSharesExtended)MessageSamples.Make(typeof(SubmitSharesExtended), random) with { Tlvs = [.. fields] };
        SubmitSharesExtended[] samples =
        [
            Share(new Tlv(ExtensionTypes.WorkerHashrateTracking, 1, "worker.7"u8.ToArray())),
            Share(new Tlv(ExtensionTypes.WorkerHashrateTracking, 1, new byte[32]), new Tlv(0x1234, 9, random.Bytes(5))),
            Share(new Tlv(0x4242, 0, ReadOnlyMemory<byte>.Empty)),
        ];
        byte[] bigEndian = [.. MessageSamples.Encode(Share()), 0x00, 0x02, 0x01, 0x00, 0x03, 1, 2, 3];
        FrameHeader header = FrameHeader.Of(samples[0]);
        Campaign.OverBytes(
            [.. samples.Select(MessageSamples.Encode), bigEndian],
            input => (SubmitSharesExtended?)Decode(header, input),
            Small,
            (input, share) =>
            {
                Assert.InRange(share.PayloadLength, 25, input.Length);
                Assert.Equal(MessageSamples.Encode(share), MessageSamples.Encode(Decode(header, MessageSamples.Encode(share))!));
            });
    }

    [Fact]
    public void Any_type_in_the_header()
    {
        for (int number = 0; number < Campaign.Inputs; number++)
        {
            var random = new SeededRandom((ulong)number);
            byte[] frame = random.Bytes(FrameHeader.Length + random.Next(120));
            if (random.Next(2) == 0)
                frame[0] = frame[1] = 0;
            FrameHeader header = FrameHeader.Read(frame);
            var written = new byte[FrameHeader.Length];
            header.Write(written);
            Assert.Equal(frame[..FrameHeader.Length], written);
            DecodeResult result = MessageDecoder.Decode(header, frame.AsSpan(FrameHeader.Length));
            Assert.Equal(result.Status == DecodeStatus.Ok, result.Message is not null);
            Assert.Equal(result.Status == DecodeStatus.Ok, result.Error is null);
        }
    }

    // What is not UTF-8 in a string is read as '?', and of a BOOL only the lowest bit counts; everything else is kept.
    private static void AssertSame(byte[] input, byte[] again, bool hasBool)
    {
        Assert.InRange(again.Length, 0, input.Length);
        if (again.Contains((byte)'?'))
            return;
        for (int i = 0; i < again.Length; i++)
        {
            bool sameBool = hasBool && again[i] <= 1 && (input[i] & 1) == again[i];
            Assert.True(sameBool || input[i] == again[i], $"byte {i} becomes {again[i]:x2}");
        }
    }

    private static Sv2Message? Decode(FrameHeader header, byte[] payload)
    {
        DecodeResult result = MessageDecoder.Decode(header, payload);
        Assert.True(result.Status == DecodeStatus.Ok ? result.Message is not null : result is { Message: null, Error.Length: > 0 });
        return result.Message;
    }
}
