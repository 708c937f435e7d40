using System.Text.Json;
using TestSupport;
using Xunit;

namespace Sv2.Noise.Tests;

/// <summary>The reference implementation's handshakes (<c>../shared/vectors/sri/noise.json</c>).</summary>
internal static class NoiseVectors
{
    private static readonly Lazy<JsonElement?> Root = new(Load);

    /// <summary>The cases of one of the file's lists; skips the test where the file is missing.</summary>
    public static IReadOnlyList<JsonElement> Cases(string list)
    {
        if (Root.Value is { } root)
            return [.. root.GetProperty(list).EnumerateArray()];
        Assert.Skip(Vectors.MissingReason);
        return [];
    }

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    public static byte[] Bytes(this JsonElement element, string name) => Convert.FromHexString(element.Text(name));

    public static int Int(this JsonElement element, string name) => element.GetProperty(name).GetInt32();

    public static long Long(this JsonElement element, string name) => element.GetProperty(name).GetInt64();

    public static JsonElement Key(this JsonElement vector, string name) => vector.GetProperty("keys").GetProperty(name);

    private static JsonElement? Load()
    {
        if (Vectors.TryPath("sri", "noise.json") is not { } path)
            return null;
        using FileStream file = File.OpenRead(path);
        using JsonDocument document = JsonDocument.Parse(file);
        return document.RootElement.Clone();
    }
}
