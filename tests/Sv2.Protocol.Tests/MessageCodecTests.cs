using System.Reflection;
using Sv2.Protocol.Common;
using Sv2.Protocol.Extensions;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;
using Sv2.Protocol.TemplateDistribution;

namespace Sv2.Protocol.Tests;

public class MessageCodecTests
{
    [Fact]
    public void There_is_a_sample_of_every_message() => Assert.Equal(
        typeof(Sv2Message).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Sv2Message))).Select(type => type.FullName).Order(),
        Samples.All.Select(sample => sample.GetType().FullName).Order());

    [Fact]
    public void Every_message_keeps_every_field_in_a_round_trip()
    {
        foreach (Sv2Message sample in Samples.All)
            Codec.AssertEqual(sample, Codec.RoundTrip(sample));
    }

    [Fact]
    public void Every_message_cut_at_any_index_is_malformed()
    {
        foreach (Sv2Message sample in Samples.All)
        {
            byte[] payload = Codec.Payload(sample);
            for (int length = 0; length < payload.Length; length++)
            {
                DecodeResult result = MessageDecoder.Decode(FrameHeader.Of(sample), payload.AsSpan(0, length));
                Assert.True(result.Status == DecodeStatus.Malformed, $"{sample.GetType().Name} cut to {length} of {payload.Length}");
                Assert.Contains(sample.GetType().Name, result.Error, StringComparison.Ordinal);
                Assert.Null(result.Message);
            }
        }
    }

    [Fact]
    public void Bytes_behind_the_last_field_are_refused_unless_they_are_fields_of_extensions()
    {
        foreach (Sv2Message sample in Samples.All)
        {
            bool isShare = sample is SubmitSharesExtended;
            Assert.Equal(isShare ? DecodeStatus.Ok : DecodeStatus.Malformed, DecodeWith(sample, "00"));
            Assert.Equal(isShare ? DecodeStatus.Ok : DecodeStatus.Malformed, DecodeWith(sample, "0200010900616263"));
            Assert.Equal(DecodeStatus.Ok, DecodeWith(sample, "0200010300616263"));
            Assert.Equal(DecodeStatus.Ok, DecodeWith(sample, "0040ff0000" + "0900010100aa"));
        }
    }

    [Fact]
    public void The_channel_bit_is_not_needed_to_know_a_message()
    {
        foreach (Sv2Message sample in Samples.All)
        {
            FrameHeader header = FrameHeader.Of(sample);
            DecodeResult result = MessageDecoder.Decode(header with { IsChannelMessage = !header.IsChannelMessage }, Codec.Payload(sample));
            Codec.AssertEqual(sample, result.Message!);
        }
    }

    [Theory]
    [InlineData(0x0000, 0x05, DecodeStatus.UnknownMessageType)]
    [InlineData(0x0000, 0x1e, DecodeStatus.UnknownMessageType)]
    [InlineData(0x0000, 0x26, DecodeStatus.UnknownMessageType)]
    [InlineData(0x0000, 0xff, DecodeStatus.UnknownMessageType)]
    [InlineData(0x0001, 0x03, DecodeStatus.UnknownMessageType)]
    [InlineData(0x0002, 0x1b, DecodeStatus.UnknownExtension)]
    [InlineData(0x4000, 0x00, DecodeStatus.UnknownExtension)]
    public void What_we_do_not_know_is_named_as_such(ushort extension, byte type, DecodeStatus expected)
    {
        DecodeResult result = MessageDecoder.Decode(new FrameHeader(extension, false, type, 3), [1, 2, 3]);
        Assert.Equal(expected, result.Status);
        Assert.Null(result.Message);
    }

    // Written by hand from the tables of the specification (03, 3.6; 05, 5.3; 06, 6.4; 07).
    [Theory]
    [InlineData("000001060000" + "0200" + "05000000", typeof(SetupConnectionSuccess))]
    [InlineData("00800304000011000000", typeof(ChannelEndpointChanged))]
    [InlineData("000004060000" + "03612e62" + "0e0d", typeof(Reconnect))]
    [InlineData("008015310000" + "01000000" + "02000000" + "01" + "03000000" + "00000020" + U256Text, typeof(NewMiningJob))]
    [InlineData("0080152d0000" + "01000000" + "02000000" + "00" + "00000020" + U256Text, typeof(NewMiningJob))]
    [InlineData("00801b1c0000" + "010000000200000003000000040000000500000000e0ff1f" + "03aabbcc", typeof(SubmitSharesExtended))]
    [InlineData("00801c140000" + "010000000200000003000000" + "8877665544332211", typeof(SubmitSharesSuccess))]
    [InlineData("0000250e0000" + "01000000" + "0200" + "02000000" + "03000000", typeof(SetGroupChannel))]
    [InlineData("000055080000" + "07000000" + "0100" + "ffff", typeof(ProvideMissingTransactions))]
    [InlineData("0000560f0000" + "07000000" + "0200" + "030000aabbcc" + "000000", typeof(ProvideMissingTransactionsSuccess))]
    [InlineData("000070060000" + "2b000000" + "5000", typeof(CoinbaseOutputConstraints))]
    [InlineData("000073080000" + "0807060504030201", typeof(RequestTransactionData))]
    [InlineData("0100000800000700020002000040", typeof(RequestExtensions))]
    public void Frames_written_by_hand_are_read_and_written_the_same(string frame, Type type)
    {
        DecodeResult result = Codec.Decode(frame);
        Assert.Equal(type, result.Message?.GetType());
        Assert.Equal(frame, Codec.Frame(result.Message!));
    }

    private const string U256Text = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    [Fact]
    public void Fields_of_a_frame_written_by_hand_are_in_their_places()
    {
        var share = Assert.IsType<SubmitSharesExtended>(
            Codec.Decode("00801b1c0000" + "010000000200000003000000040000000500000000e0ff1f" + "03aabbcc").Message);
        Assert.Equal((1u, 2u, 3u, 4u, 5u, 0x1fffe000u),
            (share.ChannelId, share.SequenceNumber, share.JobId, share.Nonce, share.NTime, share.Version));
        Assert.Equal([0xaa, 0xbb, 0xcc], share.Extranonce.ToArray());
        var job = Assert.IsType<NewMiningJob>(
            Codec.Decode("0080152d0000" + "01000000" + "02000000" + "00" + "00000020" + U256Text).Message);
        Assert.Null(job.MinNTime);
        Assert.Equal(U256Text, Convert.ToHexStringLower(job.MerkleRoot.ToLittleEndian()));
    }

    [Theory]
    [InlineData("00", false)]
    [InlineData("01", true)]
    [InlineData("02", false)]
    [InlineData("fe", false)]
    [InlineData("ff", true)]
    public void Only_the_lowest_bit_of_a_bool_counts(string value, bool expected)
    {
        byte[] payload = Codec.Payload(Samples.All.OfType<NewExtendedMiningJob>().Single());
        payload[17] = Convert.FromHexString(value)[0];
        DecodeResult result = MessageDecoder.Decode(new FrameHeader(0, true, NewExtendedMiningJob.Type, payload.Length), payload);
        Assert.Equal(expected, Assert.IsType<NewExtendedMiningJob>(result.Message).VersionRollingAllowed);
    }

    [Fact]
    public void Text_that_is_not_utf8_is_accepted_and_never_grows()
    {
        byte[] payload = [1, 0, 0, 0, 5, 0x61, 0xff, 0xfe, 0xc3, 0x28];
        DecodeResult result = MessageDecoder.Decode(new FrameHeader(0, true, CloseChannel.Type, payload.Length), payload);
        var message = Assert.IsType<CloseChannel>(result.Message);
        Assert.Equal("a???(", message.ReasonCode);

        payload = [1, 0, 0, 0, 255, .. Enumerable.Repeat((byte)0x80, 255)];
        result = MessageDecoder.Decode(new FrameHeader(0, true, CloseChannel.Type, payload.Length), payload);
        Assert.Equal(payload.Length, Codec.Payload(result.Message!).Length);
    }

    [Fact]
    public void Counts_that_lie_do_not_allocate()
    {
        byte[] payload = [7, 0, 0, 0, 0xff, 0xff, 1, 2, 3];
        MessageDecoder.Decode(new FrameHeader(0, false, ProvideMissingTransactionsSuccess.Type, payload.Length), payload);
        long before = GC.GetAllocatedBytesForCurrentThread();
        DecodeResult transactions = MessageDecoder.Decode(
            new FrameHeader(0, false, ProvideMissingTransactionsSuccess.Type, payload.Length), payload);
        DecodeResult channels = MessageDecoder.Decode(new FrameHeader(0, false, SetGroupChannel.Type, payload.Length), payload);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(DecodeStatus.Malformed, transactions.Status);
        Assert.Equal(DecodeStatus.Malformed, channels.Status);
        Assert.InRange(allocated, 0, 4096);
    }

    [Fact]
    public void Default_arrays_are_written_as_empty_ones()
    {
        Assert.Equal("0100" + "0000", Convert.ToHexStringLower(Codec.Payload(new RequestExtensions(1, default))));
        Assert.Equal(6, Codec.Payload(new ProvideMissingTransactionsSuccess(1, default)).Length);
        Assert.Equal(6, Codec.Payload(new SetGroupChannel(1, default)).Length);
        Assert.Equal(25, Codec.Payload(new SubmitSharesExtended(1, 2, 3, 4, 5, 6, default) { Tlvs = default }).Length);
        foreach (Sv2Message sample in Samples.All)
        {
            ConstructorInfo constructor = sample.GetType().GetConstructors().Single(found => found.GetParameters().Length > 0);
            object?[] defaults = [.. constructor.GetParameters().Select(
                parameter => parameter.ParameterType == typeof(string) ? "" : Default(parameter.ParameterType))];
            Codec.RoundTrip((Sv2Message)constructor.Invoke(defaults));
        }
    }

    [Fact]
    public void Values_that_do_not_fit_their_type_are_a_bug_of_ours()
    {
        Assert.Throws<ArgumentException>(() => Codec.Payload(new SetExtranoncePrefix(1, new byte[33])));
        Assert.Throws<ArgumentException>(() => Codec.Payload(new CloseChannel(1, new string('x', 256))));
        Assert.Throws<ArgumentException>(() => Codec.Payload(new DeclareMiningJobSuccess(1, new byte[256])));
        Assert.Throws<ArgumentException>(() => Codec.Payload(new SubmitSolution(1, 2, 3, 4, new byte[65536])));
        Assert.Throws<ArgumentException>(() => Codec.Payload(new RequestExtensions(1, [.. new ushort[65536]])));
    }

    private static DecodeStatus DecodeWith(Sv2Message message, string tail)
    {
        byte[] payload = [.. Codec.Payload(message), .. Convert.FromHexString(tail)];
        return MessageDecoder.Decode(FrameHeader.Of(message) with { PayloadLength = payload.Length }, payload).Status;
    }

    private static object? Default(Type type) => type.IsValueType ? Activator.CreateInstance(type) : null;
}
