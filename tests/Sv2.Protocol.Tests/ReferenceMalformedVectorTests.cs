using System.Text.Json;
using Sv2.Protocol.Extensions;
using Sv2.Protocol.Mining;
using TestSupport;

namespace Sv2.Protocol.Tests;

/// <summary>The verdicts of the Rust reference: shared/vectors/sri/malformed.json. Where we differ is listed with the reason.</summary>
public class ReferenceMalformedVectorTests
{
    // The reference ignores what is behind the last field of any message. We ignore fields of extensions (spec 03, 3.4.3);
    // other bytes mean that the peer has another form of the message in mind, which must not be misread in silence.
    private static readonly string[] TrailingBytesRefused =
    [
        "SetupConnection one trailing byte",
        "SetupConnection 100 trailing bytes",
        "SetupConnection.Success 7 bytes",
        "SubmitSharesStandard 25 bytes",
        "DeclareMiningJob trailing byte",
        "RequestTransactionData 9 bytes",
        "RequestExtensions trailing byte",
        "NewMiningJob option tag 0 but value present",
        "SetGroupChannel count 0 with trailing id",
        "SetTarget with 33 target bytes",
    ];

    // The reference cannot express a protocol number above 2. We can, and answer unsupported-protocol (spec 03, 3.6.3).
    private static readonly string[] UnknownProtocolAccepted = ["SetupConnection protocol 3", "SetupConnection protocol 255"];

    // Both accept text that is not UTF-8; the reference keeps the bytes, we put a question mark in their place.
    private static readonly string[] TextNormalised =
    [
        "SetupConnection endpoint_host not UTF-8",
        "SetupConnection.Error with non-UTF-8 error code",
    ];

    // The reference takes big-endian TLVs, as the specification prints them, for an unknown extension; we read both.
    private static readonly string[] BigEndianFieldsRead =
    [
        "big-endian type and length (0002 01 0003)",
        "the example bytes printed in the text of extension 0x0002 (big-endian): 00 02 01 00 0A Worker_001",
    ];

    [Fact]
    public void Payloads_get_the_verdict_of_the_reference()
    {
        using JsonDocument document = Load();
        var differing = new List<string>();
        int count = 0;
        foreach (JsonElement item in document.RootElement.GetProperty("messages").EnumerateArray())
        {
            count++;
            string name = item.GetProperty("case").GetString()!;
            byte[] payload = Convert.FromHexString(item.GetProperty("payload").GetString()!);
            int field = item.GetProperty("extension_type_field").GetInt32();
            var header = new FrameHeader(
                (ushort)(field & 0x7fff), (field & 0x8000) != 0, item.GetProperty("message_type").GetByte(), payload.Length);
            DecodeResult result = MessageDecoder.Decode(header, payload);

            JsonElement verdict = item.GetProperty("verdict");
            bool same = result.Status == DecodeStatus.Ok == verdict.GetProperty("accepted").GetBoolean();
            if (same && result.Message is not null and not SubmitSharesExtended { Tlvs.IsEmpty: false })
                same = Reencoded(verdict, payload) == Convert.ToHexStringLower(Codec.Payload(result.Message));
            if (!same)
                differing.Add(name);
        }

        Assert.Equal(124, count);
        string[] expected = [.. TrailingBytesRefused, .. UnknownProtocolAccepted, .. TextNormalised];
        Assert.Equal(expected.Order(), differing.Order());
    }

    [Fact]
    public void Frames_are_whole_exactly_when_the_length_in_the_header_says_so()
    {
        using JsonDocument document = Load();
        int count = 0;
        foreach (JsonElement item in document.RootElement.GetProperty("frames").EnumerateArray())
        {
            count++;
            byte[] frame = Convert.FromHexString(item.GetProperty("frame").GetString()!);
            bool whole = frame.Length >= FrameHeader.Length
                && FrameHeader.Read(frame).PayloadLength == frame.Length - FrameHeader.Length;
            Assert.True(
                whole == item.GetProperty("verdict").GetProperty("accepted").GetBoolean(), item.GetProperty("case").GetString());
        }

        Assert.Equal(7, count);
    }

    [Fact]
    public void Fields_behind_a_share_are_those_the_reference_finds()
    {
        using JsonDocument document = Load();
        var differing = new List<string>();
        int count = 0;
        foreach (JsonElement item in document.RootElement.GetProperty("tlvs").EnumerateArray())
        {
            count++;
            byte[] payload = Convert.FromHexString(item.GetProperty("payload").GetString()!);
            DecodeResult result = MessageDecoder.Decode(new FrameHeader(0, true, SubmitSharesExtended.Type, payload.Length), payload);
            ushort[] negotiated = [.. item.GetProperty("negotiated_extensions").EnumerateArray().Select(number => number.GetUInt16())];
            string ours = string.Join(" ", Assert.IsType<SubmitSharesExtended>(result.Message).Tlvs
                .Where(tlv => negotiated.Contains(tlv.ExtensionType)).Select(Text));
            JsonElement tlvs = item.GetProperty("verdict").GetProperty("tlvs");
            string theirs = tlvs.ValueKind == JsonValueKind.Null ? "" : string.Join(" ", tlvs.EnumerateArray().Select(Text));
            if (ours != theirs)
                differing.Add(item.GetProperty("case").GetString()!);
        }

        Assert.Equal(18, count);
        Assert.Equal(BigEndianFieldsRead, differing);
    }

    private static string Reencoded(JsonElement verdict, byte[] payload) =>
        verdict.GetProperty("reencoded_equal").GetBoolean()
            ? Convert.ToHexStringLower(payload)
            : verdict.GetProperty("reencoded_payload").GetString()!;

    private static string Text(Tlv tlv) => $"{tlv.ExtensionType}.{tlv.FieldType}={Convert.ToHexStringLower(tlv.Value.Span)}";

    private static string Text(JsonElement tlv) =>
        $"{tlv.GetProperty("extension_type")}.{tlv.GetProperty("field_type")}={tlv.GetProperty("value")}";

    private static JsonDocument Load()
    {
        string? path = Vectors.TryPath("sri", "malformed.json");
        if (path is null)
            Assert.Skip(Vectors.MissingReason);
        return JsonDocument.Parse(File.ReadAllBytes(path));
    }
}
