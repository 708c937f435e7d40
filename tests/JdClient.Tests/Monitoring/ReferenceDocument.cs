using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using TestSupport;

namespace JdClient.Tests.Monitoring;

/// <summary>
/// The reference's own OpenAPI document, from a mirror of its repository that lies beside this one, and the check of an answer against
/// it: everything that its schemas say of fields, types, bounds, names of enumerations and null.
/// </summary>
internal sealed class ReferenceDocument
{
    /// <summary>Why a test skips.</summary>
    internal const string MissingReason = "needs the mirror of the reference in ../.mirror beside the repository";

    private const string Mirror = "GitGab19+sv2-apps/repo";
    private const string Path = "stratum-apps/src/monitoring/openapi.json";

    /// <summary>Targets, prefixes: bytes in hexadecimal.</summary>
    private const string HexField = "_hex";

    private readonly JsonElement _root;

    private ReferenceDocument(JsonElement root) => _root = root;

    /// <summary>Its paths.</summary>
    internal IEnumerable<string> Paths => _root.GetProperty("paths").EnumerateObject().Select(path => path.Name);

    /// <summary>The document; null where there is no mirror.</summary>
    internal static ReferenceDocument? TryRead()
    {
        string? directory = Repository.TryPath is { } root ? System.IO.Path.Combine(root, "..", ".mirror", Mirror) : null;
        if (!Directory.Exists(directory))
            return null;
        using Process git = Process.Start(new ProcessStartInfo("git", [$"--git-dir={directory}", "show", $"HEAD:{Path}"])
        {
            RedirectStandardOutput = true,
        })!;
        string text = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        return new ReferenceDocument(JsonDocument.Parse(text).RootElement.Clone());
    }

    /// <summary>What is wrong with an answer to a path of the document; empty when it fits.</summary>
    internal IReadOnlyList<string> Check(string path, int status, JsonElement answer)
    {
        if (!_root.GetProperty("paths").GetProperty(path).GetProperty("get").GetProperty("responses")
                .TryGetProperty(status.ToString(CultureInfo.InvariantCulture), out JsonElement response))
            return [$"{path}: status {status} is not in the document"];
        JsonElement schema = response.GetProperty("content").GetProperty("application/json").GetProperty("schema");
        var problems = new List<string>();
        Check(schema, answer, path, problems);
        return problems;
    }

    /// <summary>What of a document of ours does not fit this one: fields of answers that are missing or of another type.</summary>
    internal IReadOnlyList<string> CheckDocument(JsonElement ours)
    {
        var problems = new List<string>();
        foreach (JsonProperty path in _root.GetProperty("paths").EnumerateObject())
        {
            if (!ours.GetProperty("paths").TryGetProperty(path.Name, out JsonElement our))
            {
                problems.Add($"{path.Name} is missing");
                continue;
            }

            foreach (JsonElement parameter in Parameters(path.Value))
            {
                string name = parameter.GetProperty("name").GetString()!;
                if (!path.Name.Contains("/sv1/", StringComparison.Ordinal)
                    && !Parameters(our).Any(candidate => candidate.GetProperty("name").GetString() == name))
                    problems.Add($"{path.Name}: parameter {name} is missing");
            }

            if (Answer(our) is { } ourAnswer && Answer(path.Value) is { } answer)
                Compare(answer, ourAnswer, ours, path.Name, problems);
        }

        return problems;
    }

    private static JsonElement[] Parameters(JsonElement path) =>
        path.GetProperty("get").TryGetProperty("parameters", out JsonElement parameters) ? [.. parameters.EnumerateArray()] : [];

    private static JsonElement? Answer(JsonElement path) =>
        path.GetProperty("get").GetProperty("responses").TryGetProperty("200", out JsonElement response)
            ? response.GetProperty("content").GetProperty("application/json").GetProperty("schema")
            : null;

    private void Compare(JsonElement theirs, JsonElement ours, JsonElement ourRoot, string at, List<string> problems)
    {
        (theirs, ours) = (Present(_root, theirs), Present(ourRoot, ours));
        if (theirs.TryGetProperty("items", out JsonElement item))
            Compare(item, ours.GetProperty("items"), ourRoot, at + "[]", problems);
        if (!theirs.TryGetProperty("properties", out JsonElement properties))
            return;
        foreach (JsonProperty field in properties.EnumerateObject())
        {
            // A client of the translator's part is never told of here.
            if (field.Name == "sv1_clients")
                continue;
            if (ours.TryGetProperty("properties", out JsonElement fields) && fields.TryGetProperty(field.Name, out JsonElement our))
                Compare(field.Value, our, ourRoot, $"{at}.{field.Name}", problems);
            else
                problems.Add($"{at}.{field.Name} is missing");
        }
    }

    private void Check(JsonElement schema, JsonElement value, string at, List<string> problems)
    {
        schema = Resolve(_root, schema);
        if (schema.TryGetProperty("oneOf", out JsonElement several))
        {
            int fitting = several.EnumerateArray().Count(one => Problems(one, value, at).Count == 0);
            if (fitting != 1)
                problems.Add($"{at} fits {fitting} of its alternatives: {value}");
            return;
        }

        string[] types = schema.GetProperty("type") is { ValueKind: JsonValueKind.Array } list
            ? [.. list.EnumerateArray().Select(type => type.GetString()!)]
            : [schema.GetProperty("type").GetString()!];
        if (!types.Any(type => IsOfType(type, value)))
        {
            problems.Add($"{at} is {value}, not {string.Join(" or ", types)}");
            return;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                CheckObject(schema, value, at, problems);
                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in value.EnumerateArray())
                    Check(schema.GetProperty("items"), item, at + "[]", problems);
                break;
            case JsonValueKind.Number:
                CheckNumber(schema, value, at, problems);
                break;
            case JsonValueKind.String when at.EndsWith(HexField, StringComparison.Ordinal):
                if (value.GetString() is not { } hex || hex.Length % 2 != 0 || !hex.All(char.IsAsciiHexDigitLower))
                    problems.Add($"{at} is {value}, not hexadecimal");
                break;
        }

        if (schema.TryGetProperty("enum", out JsonElement names)
            && !names.EnumerateArray().Any(name => name.GetString() == value.GetString()))
            problems.Add($"{at} is {value}, none of {names}");
    }

    private void CheckObject(JsonElement schema, JsonElement value, string at, List<string> problems)
    {
        if (schema.TryGetProperty("required", out JsonElement required))
        {
            foreach (JsonElement name in required.EnumerateArray())
            {
                if (!value.TryGetProperty(name.GetString()!, out _))
                    problems.Add($"{at}.{name} is missing");
            }
        }

        if (schema.TryGetProperty("properties", out JsonElement properties))
        {
            foreach (JsonProperty field in properties.EnumerateObject())
            {
                if (value.TryGetProperty(field.Name, out JsonElement inner))
                    Check(field.Value, inner, $"{at}.{field.Name}", problems);
            }
        }

        if (schema.TryGetProperty("additionalProperties", out JsonElement others) && others.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty field in value.EnumerateObject())
                Check(others, field.Value, $"{at}.{field.Name}", problems);
        }
    }

    // The document says int32 of what is unsigned there.
    private static void CheckNumber(JsonElement schema, JsonElement value, string at, List<string> problems)
    {
        double number = value.GetDouble();
        if (schema.TryGetProperty("minimum", out JsonElement minimum) && number < minimum.GetDouble())
            problems.Add($"{at} is {value}, below {minimum}");
        string? format = schema.TryGetProperty("format", out JsonElement named) ? named.GetString() : null;
        bool fits = format switch
        {
            "int32" => value.TryGetUInt32(out _),
            "int64" => value.TryGetUInt64(out _),
            "float" => float.IsFinite((float)number),
            _ => double.IsFinite(number),
        };
        if (!fits)
            problems.Add($"{at} is {value}, no {format}");
    }

    private static bool IsOfType(string type, JsonElement value) => type switch
    {
        "null" => value.ValueKind == JsonValueKind.Null,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "string" => value.ValueKind == JsonValueKind.String,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetUInt64(out _),
        "array" => value.ValueKind == JsonValueKind.Array,
        "object" => value.ValueKind == JsonValueKind.Object,
        _ => false,
    };

    private List<string> Problems(JsonElement schema, JsonElement value, string at)
    {
        var problems = new List<string>();
        Check(schema, value, at, problems);
        return problems;
    }

    private static JsonElement Resolve(JsonElement root, JsonElement schema) => schema.TryGetProperty("$ref", out JsonElement reference)
        ? root.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1])
        : schema;

    // What a field is when it is not null.
    private static JsonElement Present(JsonElement root, JsonElement schema) => Resolve(
        root,
        schema.TryGetProperty("oneOf", out JsonElement several)
            ? several.EnumerateArray().First(one => one.TryGetProperty("$ref", out _))
            : schema);
}
