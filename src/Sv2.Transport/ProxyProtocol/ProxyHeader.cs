using System.Buffers.Binary;
using System.Net;
using System.Numerics;

namespace Sv2.Transport.ProxyProtocol;

/// <summary>
/// What a load balancer says of a connection that it passes on: the PROXY protocol, version 2 (haproxy, proxy-protocol.txt, 2.2).
/// </summary>
/// <param name="IsLocal">The connection is the proxy's own (command LOCAL), such as a health check.</param>
/// <param name="Source">The client's address; null where the proxy does not know it, or it is no IP address.</param>
public sealed record ProxyHeader(bool IsLocal, IPEndPoint? Source)
{
    /// <summary>Bytes of the fixed part, whose last two are the length of the rest.</summary>
    public const int FixedLength = 16;

    /// <summary>Longest header taken, in bytes: what fits the smallest TCP segment (section 2). A sender keeps to it.</summary>
    public const int MaxLength = 536;

    private const byte Crc32CType = 0x03;

    /// <summary>What begins every header of version 2.</summary>
    public static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <summary>
    /// Whether these bytes can be the begin of a header; otherwise why not. To be asked whenever bytes have come, so that nobody
    /// waits for the rest of something else.
    /// </summary>
    public static bool MayBegin(ReadOnlySpan<byte> bytes, out string? error)
    {
        int length = Math.Min(bytes.Length, Signature.Length);
        error = null;
        if (bytes[..length].SequenceEqual(Signature[..length]))
            return true;
        ReadOnlySpan<byte> versionOne = "PROXY "u8;
        length = Math.Min(bytes.Length, versionOne.Length);
        if (!bytes[..length].SequenceEqual(versionOne[..length]))
            error = "it does not begin with a PROXY header: not from a proxy, or the proxy does not send one (send-proxy-v2)";
        else if (length < versionOne.Length)
            return true;
        else
            error = "a PROXY header of version 1; let the proxy send version 2 (send-proxy-v2)";
        return false;
    }

    /// <summary>The length of the whole header by its fixed part; 0 with the reason where it is not acceptable.</summary>
    public static int LengthOf(ReadOnlySpan<byte> fixedPart, out string? error)
    {
        if (!MayBegin(fixedPart, out error))
            return 0;
        int version = fixedPart[12] >> 4;
        int command = fixedPart[12] & 0xf;
        int length = FixedLength + BinaryPrimitives.ReadUInt16BigEndian(fixedPart[14..]);
        error = (version, command, length) switch
        {
            (not 2, _, _) => $"a PROXY header of version {version}",
            (_, > 1, _) => $"a PROXY header with command {command}",
            (_, _, > MaxLength) => $"a PROXY header of {length} bytes, at most {MaxLength} are taken",
            _ => null,
        };
        return error is null ? length : 0;
    }

    /// <summary>Reads a whole header; null with the reason where it is malformed. Nothing is taken on trust but the address.</summary>
    public static ProxyHeader? Read(ReadOnlySpan<byte> header, out string? error)
    {
        if (header.Length < FixedLength)
        {
            error = "a PROXY header that ends early";
            return null;
        }

        int length = LengthOf(header, out error);
        if (error is not null)
            return null;
        if (length != header.Length)
        {
            error = $"a PROXY header of {header.Length} bytes that says {length}";
            return null;
        }

        // What follows the command LOCAL is to be skipped, whatever it is (2.2).
        if ((header[12] & 0xf) == 0)
            return new ProxyHeader(IsLocal: true, Source: null);
        byte family = header[13];
        int addresses = family switch
        {
            0x00 => 0,
            0x11 => 12,
            0x21 => 36,
            0x31 => 216,
            _ => -1,
        };
        ReadOnlySpan<byte> rest = header[FixedLength..];
        if (addresses < 0)
            error = $"a PROXY header for family and transport 0x{family:x2}, which is no stream";
        else if (rest.Length < addresses)
            error = "a PROXY header without room for its addresses";
        else
            error = ProblemOfFields(header, FixedLength + addresses);
        if (error is not null)
            return null;
        IPEndPoint? source = family switch
        {
            0x11 => new IPEndPoint(new IPAddress(rest[..4]), BinaryPrimitives.ReadUInt16BigEndian(rest[8..])),
            0x21 => new IPEndPoint(new IPAddress(rest[..16]), BinaryPrimitives.ReadUInt16BigEndian(rest[32..])),
            _ => null,
        };
        return new ProxyHeader(IsLocal: false, source);
    }

    // Type, length, value (2.2.1 and on). Of all only the checksum matters here.
    private static string? ProblemOfFields(ReadOnlySpan<byte> header, int at)
    {
        while (at < header.Length)
        {
            if (header.Length - at < 3)
                return "a PROXY header that ends inside a field";
            int length = BinaryPrimitives.ReadUInt16BigEndian(header[(at + 1)..]);
            if (header.Length - at - 3 < length)
                return "a PROXY header with a field longer than itself";
            if (header[at] == Crc32CType && (length != 4 || !IsChecksumRight(header, at + 3)))
                return "a PROXY header with a wrong checksum";
            at += 3 + length;
        }

        return null;
    }

    // CRC-32C of the header with zeros in place of the checksum (2.2.3).
    private static bool IsChecksumRight(ReadOnlySpan<byte> header, int checksumAt)
    {
        uint crc = uint.MaxValue;
        for (int i = 0; i < header.Length; i++)
            crc = BitOperations.Crc32C(crc, i >= checksumAt && i < checksumAt + 4 ? (byte)0 : header[i]);
        return ~crc == BinaryPrimitives.ReadUInt32BigEndian(header[checksumAt..]);
    }
}
