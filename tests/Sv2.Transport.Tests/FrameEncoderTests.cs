using Sv2.Noise;
using Sv2.Protocol;
using Sv2.Protocol.Mining;
using Sv2.Transport.Framing;

namespace Sv2.Transport.Tests;

public class FrameEncoderTests
{
    [Fact]
    public void A_plain_frame_is_header_and_payload()
    {
        var encoder = new FrameEncoder(null);
        encoder.Append(new SetCustomMiningJobSuccess(1, 2, 3));
        encoder.Append(new CloseChannel(4, "a"));
        Assert.Equal(
            "0080230c0000" + "010000000200000003000000" + "008018060000" + "040000000161",
            Convert.ToHexStringLower(encoder.Output.Span));
    }

    [Fact]
    public void An_encrypted_burst_uses_one_nonce_for_each_header_and_chunk_in_order()
    {
        using var pair = new NoisePair();
        var encoder = new FrameEncoder(pair.Client.Send);
        encoder.Append(Messages.Share(1));
        encoder.Append(new RawMessage(0x4000, 1, []));
        encoder.Append(Messages.OfLength(NoiseFrame.MaxChunk + 1));

        Assert.Equal(2ul + 1 + 3, pair.Client.Send.NextNonce);
        Assert.Equal((22 + 33 + 16) + 22 + (22 + NoiseFrame.MaxChunk + 1 + 32), encoder.Length);
    }

    [Fact]
    public void A_message_that_cannot_be_written_leaves_those_before_it_intact()
    {
        using var pair = new NoisePair();
        var encoder = new FrameEncoder(pair.Client.Send);
        encoder.Append(Messages.Share(1));
        byte[] before = encoder.Output.ToArray();

        Assert.Throws<ArgumentException>(() => encoder.Append(Messages.Share(2) with { Extranonce = new byte[33] }));
        Assert.Throws<ArgumentException>(() => encoder.Append(new RawMessage(0, 1, new byte[FrameHeader.MaxPayloadLength + 1])));
        Assert.Throws<InvalidOperationException>(() => encoder.Append(new LyingMessage()));

        Assert.Equal(before, encoder.Output.ToArray());
        Assert.Equal(2ul, pair.Client.Send.NextNonce);
    }

    [Fact]
    public void Hot_messages_are_encoded_and_encrypted_without_garbage()
    {
        using var pair = new NoisePair();
        var encoder = new FrameEncoder(pair.Client.Send);
        SubmitSharesExtended share = Messages.Share(1);
        var prevHash = new SetNewPrevHash(1, 2, default, 3, 4);
        Burst();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            Burst();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);

        void Burst()
        {
            encoder.Append(share);
            encoder.Append(prevHash);
            encoder.Release();
        }
    }

    // Announces a byte more than it writes.
    private sealed record LyingMessage : Sv2Message
    {
        public override byte MessageType => 1;

        public override int PayloadLength => 2;

        public override void WritePayload(ref WireWriter writer) => writer.U8(1);
    }
}
