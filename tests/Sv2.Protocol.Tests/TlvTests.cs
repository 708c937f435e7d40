using System.Collections.Immutable;
using Sv2.Protocol.Extensions;
using Sv2.Protocol.Mining;

namespace Sv2.Protocol.Tests;

public class TlvTests
{
    private static readonly SubmitSharesExtended Share = new(7, 1, 2, 3, 4, 5, new byte[] { 9, 9, 9, 9, 9, 9, 9, 9 });

    [Theory]
    [InlineData("", "")]
    [InlineData("0200010300616263", "0002.01=616263")]
    [InlineData("0200010000", "0002.01=")]
    [InlineData("0002010003616263", "0002.01=616263")]
    [InlineData("000201000a576f726b65725f303031", "0002.01=576f726b65725f303031")]
    [InlineData("0200010a00576f726b65725f303031", "0002.01=576f726b65725f303031")]
    [InlineData("09000101007a0200010300616263", "0009.01=7a 0002.01=616263")]
    [InlineData("0040ff0000", "4000.ff=")]
    [InlineData("0200010900616263", "")]
    [InlineData("020001010061010203", "0002.01=61")]
    [InlineData("020001010061020001080078", "0002.01=61")]
    [InlineData("02000100", "")]
    [InlineData("020001010061020001010062", "0002.01=61 0002.01=62")]
    public void Fields_behind_a_share_are_read_either_way_round_up_to_the_first_broken_one(string tail, string expected)
    {
        byte[] payload = [.. Codec.Payload(Share), .. Convert.FromHexString(tail)];
        DecodeResult result = MessageDecoder.Decode(FrameHeader.Of(Share) with { PayloadLength = payload.Length }, payload);

        var share = Assert.IsType<SubmitSharesExtended>(result.Message);
        Assert.Equal(expected, string.Join(" ", share.Tlvs.Select(Text)));
        Codec.AssertEqual(Share, share with { Tlvs = [] });
    }

    [Fact]
    public void A_share_cut_in_its_fields_is_still_the_share()
    {
        byte[] payload = Codec.Payload(Share with { Tlvs = [Named("worker"), new Tlv(3, 4, new byte[] { 5 })] });
        int bare = Codec.Payload(Share).Length;
        for (int length = bare; length <= payload.Length; length++)
        {
            DecodeResult result = MessageDecoder.Decode(
                FrameHeader.Of(Share) with { PayloadLength = length }, payload.AsSpan(0, length));
            var share = Assert.IsType<SubmitSharesExtended>(result.Message);
            Codec.AssertEqual(Share, share with { Tlvs = [] });
            Assert.Equal(length >= payload.Length ? 2 : length >= bare + 11 ? 1 : 0, share.Tlvs.Length);
        }
    }

    [Fact]
    public void Fields_are_written_little_endian_behind_the_extranonce()
    {
        string frame = Codec.Frame(Share with { Tlvs = [Named("abc")] });
        Assert.EndsWith("08" + "0909090909090909" + "02000103" + "00616263", frame, StringComparison.Ordinal);
        Assert.StartsWith("00801b290000", frame, StringComparison.Ordinal);
        Assert.Equal(frame, Codec.Frame(Codec.Decode(frame).Message!));
    }

    [Fact]
    public void A_worker_name_has_at_most_32_bytes_of_utf8()
    {
        Assert.True(UserIdentityField.TryCreate(new string('é', 16), out Tlv longest));
        Assert.Equal(32, longest.Value.Length);
        Assert.False(UserIdentityField.TryCreate(new string('é', 17), out _));
        Assert.True(UserIdentityField.TryRead([new Tlv(9, 1, default), longest], out string? name));
        Assert.Equal(new string('é', 16), name);
    }

    [Fact]
    public void A_worker_name_that_is_missing_too_long_or_not_utf8_is_none()
    {
        Assert.False(UserIdentityField.TryRead(default, out _));
        Assert.False(UserIdentityField.TryRead([], out _));
        Assert.False(UserIdentityField.TryRead(Field(1, new byte[33]), out _));
        Assert.False(UserIdentityField.TryRead(Field(1, [0xff, 0xfe]), out _));
        Assert.False(UserIdentityField.TryRead(Field(2, [0x61]), out _));
        Assert.True(UserIdentityField.TryRead(Field(1, []), out string? empty));
        Assert.Equal("", empty);
    }

    private static ImmutableArray<Tlv> Field(byte type, byte[] value) => [new Tlv(2, type, value)];

    private static Tlv Named(string name)
    {
        Assert.True(UserIdentityField.TryCreate(name, out Tlv field));
        return field;
    }

    private static string Text(Tlv field) => $"{field.ExtensionType:x4}.{field.FieldType:x2}={Convert.ToHexStringLower(field.Value.Span)}";
}
