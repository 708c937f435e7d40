using System.Text.Json;
using System.Text.Json.Serialization;
using Bitcoin;
using JdClient.Core;
using Sv2.Protocol.TemplateDistribution;

namespace JdClient.Blocks;

/// <summary>A found block as it stands in the journal, one JSON file each. Byte strings are hex, hashes as people write them.</summary>
internal sealed record JournalEntry
{
    /// <summary>The header's hash.</summary>
    public required string Hash { get; init; }

    /// <summary>The 80 header bytes.</summary>
    public required string Header { get; init; }

    /// <summary>The template it is made of, at its provider.</summary>
    public required ulong TemplateId { get; init; }

    /// <summary>The header's version.</summary>
    public required uint Version { get; init; }

    /// <summary>The header's time.</summary>
    public required uint HeaderTimestamp { get; init; }

    /// <summary>The header's nonce.</summary>
    public required uint HeaderNonce { get; init; }

    /// <summary>The whole coinbase transaction.</summary>
    public required string CoinbaseTx { get; init; }

    /// <summary>The provider of the template, by name.</summary>
    public required string Provider { get; init; }

    /// <summary>When the share arrived.</summary>
    public required DateTimeOffset FoundAt { get; init; }

    /// <summary>Who found it, for people.</summary>
    public required string FoundBy { get; init; }

    /// <summary>Whether the file of the same name with the ending <c>.block</c> holds the full block.</summary>
    public required bool HasFullBlock { get; init; }

    /// <summary>
    /// What became of it: <see cref="InChain"/>, <see cref="NotSeen"/>, <see cref="TooOld"/>; null as long as that is not known.
    /// </summary>
    public string? Outcome { get; init; }

    /// <summary>When that became known.</summary>
    public DateTimeOffset? OutcomeAt { get; init; }

    internal const string InChain = "in-chain";
    internal const string NotSeen = "not-seen-as-tip";
    internal const string TooOld = "too-old-to-submit";

    internal static JournalEntry Of(FoundBlock block, string provider) => new()
    {
        Hash = block.BlockHash.ToString(),
        Header = Convert.ToHexStringLower(block.Header.Span),
        TemplateId = block.Solution.TemplateId,
        Version = block.Solution.Version,
        HeaderTimestamp = block.Solution.HeaderTimestamp,
        HeaderNonce = block.Solution.HeaderNonce,
        CoinbaseTx = Convert.ToHexStringLower(block.Solution.CoinbaseTx.Span),
        Provider = provider,
        FoundAt = block.FoundAt,
        FoundBy = block.FoundBy,
        HasFullBlock = block.Transactions is not null,
    };

    /// <summary>The block as the channel manager knows it; null, with the reason, where the entry is damaged.</summary>
    internal FoundBlock? ToBlock(int providerIndex, out string? error)
    {
        error = null;
        try
        {
            byte[] header = Convert.FromHexString(Header);
            byte[] hash = Convert.FromHexString(Hash);
            if (header.Length == 80 && hash.Length == 32)
            {
                hash.AsSpan().Reverse();
                var solution = new SubmitSolution(TemplateId, Version, HeaderTimestamp, HeaderNonce, Convert.FromHexString(CoinbaseTx));
                return new FoundBlock(U256.FromLittleEndian(hash), header, solution, providerIndex, null, FoundAt, FoundBy);
            }

            error = "the header or its hash has the wrong length";
        }
        catch (FormatException exception)
        {
            error = exception.Message;
        }

        return null;
    }

    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, JournalJson.Default.JournalEntry);

    /// <summary>Reads a file's bytes; null, with the reason, where they are no entry.</summary>
    internal static JournalEntry? TryRead(ReadOnlySpan<byte> json, out string? error)
    {
        try
        {
            error = "it is empty";
            return JsonSerializer.Deserialize(json, JournalJson.Default.JournalEntry);
        }
        catch (JsonException exception)
        {
            error = exception.Message;
            return null;
        }
    }
}

[JsonSerializable(typeof(JournalEntry))]
[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true)]
internal sealed partial class JournalJson : JsonSerializerContext;
