using System.Buffers.Binary;
using System.Net;
using System.Numerics;
using Fuzz.Harness;
using Sv2.Transport.ProxyProtocol;
using Xunit;

namespace Fuzz.Decoders;

public sealed class ProxyHeaderTests
{
    /// <summary>What a load balancer, or somebody who pretends to be one, says of a connection.</summary>
    [Fact]
    public void Proxy_header() => Campaign.OverBytes(
        Seeds(),
        static input => ProxyHeader.Read(input, out string? error) is { } header && error is null ? header : null,
        new Allowance(1024, 1),
        static (input, header) =>
        {
            // Whatever is accepted would have been read off a socket as the same bytes, and begins as a header does.
            Assert.InRange(input.Length, ProxyHeader.FixedLength, ProxyHeader.MaxLength);
            Assert.Equal(input.Length, ProxyHeader.LengthOf(input.AsSpan(0, ProxyHeader.FixedLength), out _));
            for (int length = 0; length <= ProxyHeader.FixedLength; length++)
                Assert.True(ProxyHeader.MayBegin(input.AsSpan(0, length), out _));
            Assert.False(header.IsLocal && header.Source is not null);
            if (header.Source is not { } source)
                return;
            byte[] address = source.Address.GetAddressBytes();
            Assert.Equal(input[ProxyHeader.FixedLength..(ProxyHeader.FixedLength + address.Length)], address);
            int port = BinaryPrimitives.ReadUInt16BigEndian(input.AsSpan(ProxyHeader.FixedLength + (2 * address.Length)));
            Assert.Equal(source, new IPEndPoint(new IPAddress(address), port));
        });

    private static byte[][] Seeds() =>
    [
        Header(0x20, 0x00, []),
        Header(0x20, 0x11, new byte[12]),
        Header(0x21, 0x00, []),
        Header(0x21, 0x11, Enumerable.Range(1, 12).Select(i => (byte)i).ToArray()),
        Header(0x21, 0x21, Enumerable.Range(1, 36).Select(i => (byte)i).ToArray()),
        Header(0x21, 0x31, new byte[216]),
        Header(0x21, 0x11, [.. new byte[12], 1, 0, 2, 0x68, 0x32, 4, 0, 0]),
        Header(0x21, 0x11, [.. new byte[12], 4, 1, 0xf9, .. new byte[505]]),
        Checked(Header(0x21, 0x11, [.. new byte[12], 3, 0, 4, 0, 0, 0, 0])),
    ];

    private static byte[] Header(byte command, byte family, byte[] rest) =>
        [.. ProxyHeader.Signature, command, family, (byte)(rest.Length >> 8), (byte)rest.Length, .. rest];

    private static byte[] Checked(byte[] header)
    {
        uint crc = uint.MaxValue;
        foreach (byte one in header)
            crc = BitOperations.Crc32C(crc, one);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(^4), ~crc);
        return header;
    }
}
