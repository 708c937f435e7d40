using System.Globalization;
using System.Text;
using System.Text.Json;
using JdClient.Logging;

namespace JdClient.Monitoring.Telemetry;

/// <summary>
/// Reads the answers of the API that cgminer has and nearly every firmware took over: a JSON object with a list named after the
/// command. Firmwares differ in names, units and types of values, and some write JSON with a known mistake; what cannot be read is
/// left out, whatever a device sends.
/// </summary>
internal static class DeviceAnswers
{
    /// <summary>Longest text kept, characters.</summary>
    private const int MaxText = 64;

    /// <summary>Pools read of a device.</summary>
    private const int MaxPools = 16;

    /// <summary>Fields looked at in one object; the longest real one has about 300.</summary>
    private const int MaxFields = 1024;

    private const double MegaHash = 1e6;
    private const double GigaHash = 1e9;
    private const double TeraHash = 1e12;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 8, AllowTrailingCommas = true };

    // Of the last seconds first, then of all the time since the start.
    private static readonly (string Field, double Unit)[] HashRates =
    [
        ("GHS 5s", GigaHash), ("MHS 5s", MegaHash), ("MHS 1m", MegaHash), ("GHS av", GigaHash), ("MHS av", MegaHash), ("THS 5s", TeraHash),
    ];

    // Firmwares name themselves by a field, whose value is the version.
    private static readonly string[] Firmwares =
        ["BOSer", "BOSminer+", "BOSminer", "LUXminer", "VNish", "BTMiner", "BMMiner", "CGMiner", "BFGMiner"];

    /// <summary>The pools of an answer to <c>pools</c> that are in use.</summary>
    internal static IReadOnlyList<DevicePool> Pools(ReadOnlyMemory<byte> answer) => Read(() => ReadPools(answer)) ?? [];

    /// <summary>What the answers to <c>version</c>, <c>summary</c> and <c>stats</c> say together; null when none can be read.</summary>
    internal static MinerTelemetry? Telemetry(ReadOnlyMemory<byte> version, ReadOnlyMemory<byte> summary, ReadOnlyMemory<byte> stats) =>
        Read(() => ReadTelemetry(version, summary, stats));

    /// <summary>The port of <c>stratum+tcp://host:port/path</c>, with or without what stands around the port.</summary>
    internal static int? PortOf(string? url)
    {
        if (url is null)
            return null;
        int scheme = url.IndexOf("://", StringComparison.Ordinal);
        ReadOnlySpan<char> rest = scheme < 0 ? url : url.AsSpan(scheme + 3);
        int path = rest.IndexOf('/');
        ReadOnlySpan<char> host = path < 0 ? rest : rest[..path];
        ReadOnlySpan<char> text = host[(host.LastIndexOf(':') + 1)..];
        return ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) && port > 0
            ? port
            : null;
    }

    // Names and texts are decoded where they are looked at; such as are no text make the answer unreadable.
    private static T? Read<T>(Func<T?> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static List<DevicePool> ReadPools(ReadOnlyMemory<byte> answer)
    {
        using JsonDocument? document = TryParse(answer);
        var pools = new List<DevicePool>();
        foreach (JsonElement entry in Entries(document, "POOLS").Take(MaxPools))
        {
            bool isIdle = entry.TryGetProperty("Stratum Active", out JsonElement active) && active.ValueKind == JsonValueKind.False;
            if (!isIdle
                && Text(entry, "User", int.MaxValue) is { Length: > 0 } user
                && PortOf(Text(entry, "URL", int.MaxValue)) is { } port)
                pools.Add(new DevicePool(user, port));
        }

        return pools;
    }

    private static MinerTelemetry? ReadTelemetry(ReadOnlyMemory<byte> version, ReadOnlyMemory<byte> summary, ReadOnlyMemory<byte> stats)
    {
        using JsonDocument? versions = TryParse(version);
        using JsonDocument? summaries = TryParse(summary);
        using JsonDocument? statistics = TryParse(stats);
        if (summaries is null && statistics is null)
            return null;
        JsonElement program = Entries(versions, "VERSION").FirstOrDefault();
        JsonElement sum = Entries(summaries, "SUMMARY").FirstOrDefault();
        JsonElement[] parts = [.. Entries(statistics, "STATS")];
        string? type = Text(program, "PROD") ?? Text(program, "Type")
            ?? parts.Select(part => Text(part, "Type")).FirstOrDefault(text => text is not null);
        double? hashRate = HashRates.Select(rate => Number(sum, rate.Field) * rate.Unit).FirstOrDefault(rate => rate is not null);
        double? power = Number(sum, "Power") ?? parts.Select(part => Number(part, "Power")).FirstOrDefault(watts => watts is not null);
        return new MinerTelemetry
        {
            Make = type?.Split(' ')[0],
            Model = Text(program, "MODEL") ?? type,
            FirmwareVersion = Firmwares.Select(name => Text(program, name) is { } number ? $"{name} {number}" : null)
                .FirstOrDefault(text => text is not null),
            ReportedHashrateHs = hashRate,
            PowerConsumptionW = power,
            EfficiencyJPerTh = power is { } watt && hashRate is > 0 and { } rate ? watt / (rate / TeraHash) : null,
            AverageTemperatureC = Temperature(sum, parts),
            UptimeSecs = (Number(sum, "Uptime") ?? Number(sum, "Elapsed")) is { } seconds and < long.MaxValue ? (ulong)seconds : null,
            IsMining = hashRate is null ? null : hashRate > 0,
        };
    }

    private static JsonDocument? TryParse(ReadOnlyMemory<byte> answer)
    {
        try
        {
            return JsonDocument.Parse(answer.TrimEnd((byte)0), Options);
        }
        catch (JsonException)
        {
            // A widespread firmware leaves out the comma between two objects of a list.
            string text = Encoding.Latin1.GetString(answer.TrimEnd((byte)0).Span);
            byte[] mended = Encoding.Latin1.GetBytes(text.Replace("}{", "},{", StringComparison.Ordinal));
            try
            {
                return JsonDocument.Parse(mended, Options);
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }

    private static IEnumerable<JsonElement> Entries(JsonDocument? document, string list) =>
        document is { RootElement.ValueKind: JsonValueKind.Object }
        && document.RootElement.TryGetProperty(list, out JsonElement entries)
        && entries.ValueKind == JsonValueKind.Array
            ? entries.EnumerateArray().Where(entry => entry.ValueKind == JsonValueKind.Object)
            : [];

    // By boards where they are told, otherwise one figure for the whole.
    private static double? Temperature(JsonElement summary, JsonElement[] parts)
    {
        double[] chips = [.. parts.SelectMany(part => Matching(part, "temp_chip"))];
        double[] boards = chips.Length > 0 ? chips : [.. parts.SelectMany(part => Matching(part, "temp"))];
        return boards.Length > 0 ? Math.Round(boards.Average(), 1) : Plausible(Number(summary, "Temperature"));
    }

    // temp1 and temp2_1 are boards, temp_chip1 "55-60-58" the chips of one; sensors that are missing tell 0.
    private static IEnumerable<double> Matching(JsonElement entry, string name)
    {
        foreach (JsonProperty field in entry.EnumerateObject().Take(MaxFields))
        {
            string which = field.Name.StartsWith(name, StringComparison.Ordinal) ? field.Name[name.Length..] : "";
            if (which.Length == 0 || !which.All(static c => char.IsAsciiDigit(c) || c == '_'))
                continue;
            string text = field.Value.ValueKind == JsonValueKind.String ? field.Value.GetString()! : field.Value.GetRawText();
            foreach (string part in text.Split('-', MaxPools))
            {
                if (Plausible(NumberOf(part)) is { } temperature)
                    yield return temperature;
            }
        }
    }

    private static double? Plausible(double? temperature) => temperature is > 0 and < 200 ? temperature : null;

    private static string? Text(JsonElement entry, string field, int maxLength = MaxText) =>
        entry.ValueKind == JsonValueKind.Object
        && entry.TryGetProperty(field, out JsonElement value)
        && value.ValueKind is JsonValueKind.String or JsonValueKind.Number
        && (value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText()) is { } text
        && text.Trim() is { Length: > 0 } trimmed
            ? Readable.Text(trimmed, maxLength)
            : null;

    private static double? Number(JsonElement entry, string field) => NumberOf(Text(entry, field));

    private static double? NumberOf(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) && number >= 0
            ? number
            : null;
}
