using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using JdClient.Blocks;
using JdClient.Logging;

namespace JdClient.Cli;

/// <summary>A block of the journal as <c>blocks --json</c> prints it. The names of its fields are stable.</summary>
internal sealed record BlockListing
{
    /// <summary>The header's hash.</summary>
    public required string Hash { get; init; }

    /// <summary>The height its coinbase names; null where that cannot be read.</summary>
    public uint? Height { get; init; }

    /// <summary>When its share arrived.</summary>
    public required DateTimeOffset FoundAt { get; init; }

    /// <summary>Session, channel and user identity of the finder.</summary>
    public required string FoundBy { get; init; }

    /// <summary>Whom it was mined for.</summary>
    public string? Source { get; init; }

    /// <summary>The provider of its template.</summary>
    public required string TemplateProvider { get; init; }

    /// <summary>Whether it is kept whole.</summary>
    public required bool Whole { get; init; }

    /// <summary>What became of it; null as long as that is not known.</summary>
    public string? Outcome { get; init; }

    /// <summary>When that became known.</summary>
    public DateTimeOffset? OutcomeAt { get; init; }

    /// <summary>What those that it was handed to said last.</summary>
    public required IReadOnlyList<JournalAnswer> Answers { get; init; }

    internal static string ToJson(ImmutableArray<JournalEntry> entries, JournalReader journal) => JsonSerializer.Serialize(
        entries.Select(entry => Of(entry, journal)).ToArray(), BlockListingJson.Default.BlockListingArray);

    internal static async Task WriteAsync(ImmutableArray<JournalEntry> entries, JournalReader journal, TextWriter output)
    {
        foreach (BlockListing block in entries.Select(entry => Of(entry, journal)))
        {
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{block.FoundAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z  height {block.Height?.ToString(CultureInfo.InvariantCulture) ?? "?"}  "
                + $"{block.Hash}  {block.Outcome ?? "no outcome yet"}"));
            await output.WriteLineAsync(
                $"  for {block.Source ?? "?"}, template of {block.TemplateProvider}, found by {Readable.Text(block.FoundBy)}");
            foreach (JournalAnswer answer in block.Answers)
            {
                string attempts = answer.Attempts > 1 ? string.Create(CultureInfo.InvariantCulture, $", attempt {answer.Attempts}") : "";
                await output.WriteLineAsync($"  {answer.Target}: {$"{answer.Answer} {Readable.Text(answer.Detail)}".TrimEnd()}{attempts}");
            }
        }

        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{entries.Length} blocks in {journal.Path}"));
    }

    internal static BlockListing Of(JournalEntry entry, JournalReader journal) => new()
    {
        Hash = entry.Hash,
        Height = entry.Height(),
        FoundAt = entry.FoundAt,
        FoundBy = entry.FoundBy,
        Source = entry.Source,
        TemplateProvider = entry.Provider,
        Whole = journal.HasWhole(entry),
        Outcome = entry.Outcome,
        OutcomeAt = entry.OutcomeAt,
        Answers = entry.Answers ?? [],
    };
}

[JsonSerializable(typeof(BlockListing[]))]
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class BlockListingJson : JsonSerializerContext;
