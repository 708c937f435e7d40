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

    /// <summary>Whom it was mined for; null until that is known.</summary>
    public string? Source { get; init; }

    /// <summary>What each of those that it was handed to said last; null: nobody yet.</summary>
    public IReadOnlyList<JournalAnswer>? Answers { get; init; }

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

    /// <summary>The same with an answer in place of the target's earlier one.</summary>
    internal JournalEntry With(JournalAnswer answer) => this with
    {
        Answers = [.. (Answers ?? []).Where(other => other.Target != answer.Target), answer],
    };

    /// <summary>
    /// Whether nothing more can be learned by sending it again: a node has it, all that take whole blocks refuse it, or there are none
    /// and its solution was handed over.
    /// </summary>
    /// <param name="targets">Those to whom it goes whole.</param>
    internal bool IsAnswered(IReadOnlyCollection<string> targets)
    {
        IReadOnlyList<JournalAnswer> answers = Answers ?? [];
        if (answers.Any(static answer => answer.Is(AnswerKind.Accepted, AnswerKind.Duplicate, AnswerKind.Inconclusive)))
            return true;
        string[] takers =
            [.. targets.Where(target => !answers.Any(answer => answer.Target == target && answer.Is(AnswerKind.Unsupported)))];
        return takers.Length == 0
            ? answers.Any(static answer => answer.Is(AnswerKind.Sent, AnswerKind.Rejected))
            : takers.All(target => answers.Any(answer => answer.Target == target && answer.Is(AnswerKind.Rejected)));
    }

    /// <summary>Who said what, for people.</summary>
    [JsonIgnore]
    internal string AnswersText => Answers is { Count: > 0 } answers
        ? string.Join("; ", answers.Select(static answer => $"{answer.Target}: {answer.Answer} {answer.Detail}".TrimEnd()))
        : "nobody was asked";

    /// <summary>Whether a solution is this block's.</summary>
    internal bool IsOf(SubmitSolution solution) =>
        TemplateId == solution.TemplateId
        && HeaderNonce == solution.HeaderNonce
        && HeaderTimestamp == solution.HeaderTimestamp
        && Version == solution.Version;

    /// <summary>The height that the coinbase names (BIP34); null where it cannot be read.</summary>
    internal uint? Height()
    {
        byte[] bytes = new byte[CoinbaseTx.Length / 2];
        if (Convert.FromHexString(CoinbaseTx, bytes, out _, out _) != System.Buffers.OperationStatus.Done
            || !Transaction.TryParse(bytes, out Transaction? coinbase, out _)
            || coinbase.Inputs[0].ScriptSig.Span is not [var length, .. var rest])
            return null;

        // OP_1 to OP_16, or a push of up to four bytes, little endian.
        if (length is > 0x50 and <= 0x60)
            return length - 0x50u;
        if (length is 0 or > 4 || rest.Length < length)
            return null;
        uint height = 0;
        for (int i = length - 1; i >= 0; i--)
            height = (height << 8) | rest[i];
        return height;
    }

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
            JournalEntry? entry = JsonSerializer.Deserialize(json, JournalJson.Default.JournalEntry);
            if (entry is null || IsHash(entry.Hash))
                return entry;

            // It names files.
            error = "its hash is none";
            return null;
        }
        catch (JsonException exception)
        {
            error = exception.Message;
            return null;
        }
    }

    /// <summary>Whether a text is a hash as files are named by.</summary>
    internal static bool IsHash(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);
}

/// <summary>What one of those that a block was handed to said about it.</summary>
/// <param name="Target">Who.</param>
/// <param name="Answer">An <see cref="AnswerKind"/> in small letters.</param>
/// <param name="Detail">The reason, for people.</param>
/// <param name="Attempts">How often it was sent there.</param>
/// <param name="At">When.</param>
internal sealed record JournalAnswer(string Target, string Answer, string Detail, int Attempts, DateTimeOffset At)
{
    /// <summary>The name of a kind as it is written.</summary>
    internal static string NameOf(AnswerKind kind) => kind.ToString().ToLowerInvariant();

    /// <summary>Whether it is one of these.</summary>
    internal bool Is(params ReadOnlySpan<AnswerKind> kinds)
    {
        foreach (AnswerKind kind in kinds)
        {
            if (Answer == NameOf(kind))
                return true;
        }

        return false;
    }
}

[JsonSerializable(typeof(JournalEntry))]
[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true)]
internal sealed partial class JournalJson : JsonSerializerContext;
