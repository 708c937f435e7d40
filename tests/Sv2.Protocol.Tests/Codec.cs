using System.Collections;
using System.Reflection;
using Bitcoin;
using Sv2.Protocol.Extensions;

namespace Sv2.Protocol.Tests;

/// <summary>Encodes and decodes as the transport does, and compares messages field by field.</summary>
internal static class Codec
{
    internal static byte[] Payload(Sv2Message message)
    {
        byte[] payload = new byte[message.PayloadLength];
        var writer = new WireWriter(payload);
        message.WritePayload(ref writer);
        Assert.Equal(payload.Length, writer.Written);
        return payload;
    }

    internal static string Frame(Sv2Message message)
    {
        byte[] header = new byte[FrameHeader.Length];
        FrameHeader.Of(message).Write(header);
        return Convert.ToHexStringLower(header) + Convert.ToHexStringLower(Payload(message));
    }

    internal static DecodeResult Decode(string frame)
    {
        byte[] bytes = Convert.FromHexString(frame);
        return MessageDecoder.Decode(FrameHeader.Read(bytes), bytes.AsSpan(FrameHeader.Length));
    }

    internal static Sv2Message RoundTrip(Sv2Message message)
    {
        byte[] payload = Payload(message);
        DecodeResult result = MessageDecoder.Decode(FrameHeader.Of(message), payload);
        Assert.Equal(DecodeStatus.Ok, result.Status);
        Assert.Equal(payload, Payload(result.Message!));
        return result.Message!;
    }

    internal static void AssertEqual(Sv2Message expected, Sv2Message actual)
    {
        Assert.Equal(expected.GetType(), actual.GetType());
        foreach (PropertyInfo property in expected.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
            Assert.Equal(Text(property.GetValue(expected)), Text(property.GetValue(actual)));
    }

    // One text for each value, whatever memory it lies in.
    private static string Text(object? value) => value switch
    {
        null => "null",
        float number => BitConverter.SingleToUInt32Bits(number).ToString("x8", null),
        ReadOnlyMemory<byte> bytes => Convert.ToHexStringLower(bytes.Span),
        U256 number => Convert.ToHexStringLower(number.ToLittleEndian()),
        Tlv tlv => $"{tlv.ExtensionType:x4}.{tlv.FieldType:x2}:{Convert.ToHexStringLower(tlv.Value.Span)}",
        string text => text,
        IEnumerable items => string.Join(",", items.Cast<object?>().Select(Text)),
        _ => value.ToString()!,
    };
}
