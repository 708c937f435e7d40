using System.Globalization;
using System.Text.Json;
using Bitcoin;
using Sv2.Protocol;
using Sv2.Protocol.TemplateDistribution;

namespace Sv2.Channels.Tests.Vectors;

/// <summary>Reads the notations of shared/vectors/sri.</summary>
internal static class Json
{
    internal static JsonElement Get(this JsonElement element, string name) => element.GetProperty(name);

    internal static JsonElement? Find(this JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    internal static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString() ?? string.Empty;

    internal static uint U32(this JsonElement element, string name) => element.GetProperty(name).GetUInt32();

    internal static int Int(this JsonElement element, string name) => element.GetProperty(name).GetInt32();

    internal static byte[] Bytes(this JsonElement element, string name) => Convert.FromHexString(element.Text(name));

    internal static U256 Hash(this JsonElement element, string name) => U256.FromLittleEndian(element.Bytes(name));

    /// <summary>{"bits": IEEE-754 f32 bits}, or for f64 the bits as hex.</summary>
    internal static double Float(this JsonElement element, string name)
    {
        JsonElement bits = element.GetProperty(name).GetProperty("bits");
        return bits.ValueKind == JsonValueKind.String
            ? BitConverter.UInt64BitsToDouble(ulong.Parse(bits.GetString()!, NumberStyles.HexNumber, CultureInfo.InvariantCulture))
            : BitConverter.UInt32BitsToSingle(bits.GetUInt32());
    }

    internal static NewTemplate Template(this JsonElement element, string name)
    {
        JsonElement template = element.GetProperty(name);
        var message = new NewTemplate(
            template.Get("template_id").GetUInt64(),
            template.Get("future_template").GetBoolean(),
            template.U32("version"),
            template.U32("coinbase_tx_version"),
            template.Bytes("coinbase_prefix"),
            template.U32("coinbase_tx_input_sequence"),
            template.Get("coinbase_tx_value_remaining").GetUInt64(),
            template.U32("coinbase_tx_outputs_count"),
            template.Bytes("coinbase_tx_outputs"),
            template.U32("coinbase_tx_locktime"),
            [
                .. template.Get("merkle_path").EnumerateArray()
                    .Select(static node => U256.FromLittleEndian(Convert.FromHexString(node.GetString()!))),
            ]);
        Xunit.Assert.Equal(template.Text("payload"), message.PayloadHex());
        return message;
    }

    internal static SetNewPrevHash PrevHash(this JsonElement element, string name)
    {
        JsonElement prevHash = element.GetProperty(name);
        return new SetNewPrevHash(
            prevHash.Get("template_id").GetUInt64(),
            prevHash.Hash("prev_hash"),
            prevHash.U32("header_timestamp"),
            prevHash.U32("nBits"),
            prevHash.Hash("target"));
    }

    internal static RewardOutputs Rewards(this JsonElement element, string name) => RewardOutputs.From(
        [
            .. element.GetProperty(name).EnumerateArray()
                .Select(static output => new TxOut(output.Get("value").GetUInt64(), Script.FromHex(output.Text("script")))),
        ])!;

    internal static string PayloadHex(this Sv2Message message)
    {
        var bytes = new byte[message.PayloadLength];
        var writer = new WireWriter(bytes);
        message.WritePayload(ref writer);
        Xunit.Assert.Equal(bytes.Length, writer.Written);
        return Convert.ToHexStringLower(bytes);
    }

    internal static string Hex(this ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);
}
