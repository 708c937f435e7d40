using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Bitcoin;
using Sv2.Protocol.Extensions;
using Sv2.Protocol.Mining;
using TestSupport;

namespace Sv2.Protocol.Tests;

/// <summary>The messages made with the Rust reference: shared/vectors/sri/messages.json.</summary>
public class ReferenceMessageVectorTests
{
    private const string UserIdentity = "tlv:user_identity";

    [Fact]
    public void Every_message_of_the_reference_is_read_field_by_field_and_written_the_same()
    {
        string? path = Vectors.TryPath("sri", "messages.json");
        if (path is null)
            Assert.Skip(Vectors.MissingReason);
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        int count = 0;
        foreach (JsonElement item in document.RootElement.GetProperty("messages").EnumerateArray())
        {
            string frame = item.GetProperty("frame").GetString()!;
            DecodeResult result = Codec.Decode(frame);
            Assert.True(result.Status == DecodeStatus.Ok, $"{item.GetProperty("name")}: {result.Error}");
            Sv2Message message = result.Message!;

            Assert.Equal(TypeName(item.GetProperty("name").GetString()!), message.GetType().Name);
            Assert.Equal(item.GetProperty("channel_msg").GetBoolean(), message.IsChannelMessage);
            foreach (JsonProperty field in item.GetProperty("fields").EnumerateObject())
                AssertField(message, field);
            Assert.Equal(item.GetProperty("payload").GetString(), Convert.ToHexStringLower(Codec.Payload(message)));
            Assert.Equal(frame, Codec.Frame(message));
            count++;
        }

        Assert.Equal(547, count);
    }

    private static void AssertField(Sv2Message message, JsonProperty field)
    {
        if (field.Name == UserIdentity)
        {
            Assert.True(UserIdentityField.TryRead(((SubmitSharesExtended)message).Tlvs, out string? identity));
            Assert.Equal(field.Value.GetString(), identity);
            return;
        }

        string name = field.Name.Replace("_", "", StringComparison.Ordinal);
        PropertyInfo? property = message.GetType().GetProperties()
            .SingleOrDefault(found => string.Equals(found.Name, name, StringComparison.OrdinalIgnoreCase));
        Assert.True(property is not null, $"{message.GetType().Name} has no {field.Name}");
        Assert.Equal(Expected(field.Value), Actual(property.GetValue(message)));
    }

    // "SubmitShares.Success" and "SetNewPrevHash (Mining)" are SubmitSharesSuccess and SetNewPrevHash.
    private static string TypeName(string name) => name.Split(' ')[0].Replace(".", "", StringComparison.Ordinal);

    private static string Expected(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "",
        JsonValueKind.True => "True",
        JsonValueKind.False => "False",
        JsonValueKind.Object => value.GetProperty("bits").GetUInt32().ToString(CultureInfo.InvariantCulture),
        JsonValueKind.Array => string.Join(",", value.EnumerateArray().Select(Expected)),
        _ => value.ToString(),
    };

    private static string Actual(object? value) => value switch
    {
        null => "",
        float number => BitConverter.SingleToUInt32Bits(number).ToString(CultureInfo.InvariantCulture),
        U256 number => Convert.ToHexStringLower(number.ToLittleEndian()),
        ReadOnlyMemory<byte> bytes => Convert.ToHexStringLower(bytes.Span),
        string text => text,
        IEnumerable items => string.Join(",", items.Cast<object?>().Select(Actual)),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
