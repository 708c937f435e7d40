using System.Buffers.Binary;
using Sv2.Transport.ProxyProtocol;

namespace Sv2.Transport.Tests;

public class ProxyHeaderTests
{
    // haproxy, proxy-protocol.txt 2.2: signature, 0x21 (version 2, PROXY), 0x11 (TCP over IPv4), 12, addresses and ports.
    private const string Ipv4 = "0d0a0d0a000d0a515549540a" + "2111000c" + "c0a80001" + "0a000001" + "d431" + "1f90";
    private const string Ipv6 = "0d0a0d0a000d0a515549540a" + "21210024" + "20010db8000000000000000000000001"
        + "20010db8000000000000000000000002" + "d431" + "1f90";

    [Theory]
    [InlineData(Ipv4, "192.168.0.1:54321")]
    [InlineData(Ipv6, "[2001:db8::1]:54321")]
    public void The_client_is_the_source(string hex, string source)
    {
        ProxyHeader header = ProxyHeader.Read(Convert.FromHexString(hex), out string? error)!;

        Assert.Null(error);
        Assert.False(header.IsLocal);
        Assert.Equal(source, header.Source!.ToString());
    }

    [Theory]
    [InlineData("0d0a0d0a000d0a515549540a" + "20000000", true)]
    [InlineData("0d0a0d0a000d0a515549540a" + "20110003ffffff", true)]
    [InlineData("0d0a0d0a000d0a515549540a" + "21000000", false)]
    public void A_proxy_that_speaks_for_itself_or_knows_no_client_names_none(string hex, bool local)
    {
        ProxyHeader header = ProxyHeader.Read(Convert.FromHexString(hex), out string? error)!;

        Assert.Null(error);
        Assert.Equal(local, header.IsLocal);
        Assert.Null(header.Source);
    }

    [Theory]
    [InlineData("11", "version 1")]
    [InlineData("31", "version 3")]
    [InlineData("22", "command 2")]
    public void Another_version_or_command_is_refused(string versionAndCommand, string text) =>
        AssertRefused(Ipv4.Replace("2111", versionAndCommand + "11", StringComparison.Ordinal), text);

    [Theory]
    [InlineData("12")]
    [InlineData("22")]
    [InlineData("41")]
    [InlineData("13")]
    public void What_is_no_stream_is_refused(string family) =>
        AssertRefused(Ipv4.Replace("2111", "21" + family, StringComparison.Ordinal), "no stream");

    [Fact]
    public void Room_for_less_than_the_addresses_is_refused() =>
        AssertRefused("0d0a0d0a000d0a515549540a" + "2111000b" + "c0a80001" + "0a000001" + "d4311f", "room");

    [Theory]
    [InlineData("0400", "ends inside a field")]
    [InlineData("04000201", "longer than itself")]
    [InlineData("03000400000000", "checksum")]
    [InlineData("03000100", "checksum")]
    public void A_broken_field_is_refused(string field, string text) =>
        AssertRefused(Convert.ToHexString(With(Convert.FromHexString(field))), text);

    [Fact]
    public void Fields_are_passed_over_and_a_right_checksum_is_right()
    {
        // Application protocol, unique id, nothing, checksum. The checksum is worked out bit by bit here, with another code.
        byte[] header = With([1, 0, 2, (byte)'h', (byte)'2', 5, 0, 1, 7, 4, 0, 0, 3, 0, 4, 0, 0, 0, 0]);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(^4), Crc32C(header));
        Assert.NotNull(ProxyHeader.Read(header, out _));

        header[20] ^= 1;
        Assert.Null(ProxyHeader.Read(header, out string? error));
        Assert.Contains("checksum", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_longer_than_the_smallest_segment_is_refused_by_its_fixed_part()
    {
        byte[] header = Convert.FromHexString(Ipv4);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(14), ProxyHeader.MaxLength - ProxyHeader.FixedLength);
        Assert.Equal(ProxyHeader.MaxLength, ProxyHeader.LengthOf(header.AsSpan(0, 16), out _));
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(14), ProxyHeader.MaxLength - ProxyHeader.FixedLength + 1);
        Assert.Equal(0, ProxyHeader.LengthOf(header.AsSpan(0, 16), out string? error));
        Assert.Contains("at most 536", error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_a_header_is_known_at_its_first_wrong_byte()
    {
        for (int length = 0; length <= ProxyHeader.Signature.Length; length++)
            Assert.True(ProxyHeader.MayBegin(ProxyHeader.Signature[..length], out _));
        Assert.True(ProxyHeader.MayBegin("PROX"u8, out _));
        Assert.False(ProxyHeader.MayBegin("PROXY "u8, out string? first));
        Assert.Contains("version 1", first, StringComparison.Ordinal);
        Assert.False(ProxyHeader.MayBegin([0x0d, 0x0a, 0x0b], out string? other));
        Assert.Contains("does not begin", other, StringComparison.Ordinal);
    }

    private static byte[] With(byte[] fields)
    {
        byte[] header = [.. Convert.FromHexString(Ipv4), .. fields];
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(14), (ushort)(header.Length - ProxyHeader.FixedLength));
        return header;
    }

    private static void AssertRefused(string hex, string text)
    {
        Assert.Null(ProxyHeader.Read(Convert.FromHexString(hex), out string? error));
        Assert.Contains(text, error, StringComparison.Ordinal);
    }

    private static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte one in bytes)
        {
            crc ^= one;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82f63b78 : crc >> 1;
        }

        return ~crc;
    }
}
