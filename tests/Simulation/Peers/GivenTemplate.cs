using System.Collections.Immutable;
using Bitcoin;
using Sv2.Protocol.TemplateDistribution;

namespace Simulation.Peers;

/// <summary>A template as its provider remembers it.</summary>
internal sealed class GivenTemplate(Link link, NewTemplate message, ChainTip? tip)
{
    /// <summary>The connection it was given on.</summary>
    public Link Link { get; } = link;

    public NewTemplate Message { get; } = message;

    /// <summary>What it builds on; null while it is a future one.</summary>
    public ChainTip? Tip { get; set; } = tip;

    /// <summary>When the core asked for its transactions last, without having been refused them since.</summary>
    public DateTimeOffset? AskedAt { get; set; }

    /// <summary>The core was given its transactions, in time.</summary>
    public bool HasTransactions { get; set; }

    /// <summary>Two that most templates share, and one of its own.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> Transactions { get; } =
        [new byte[] { 1, 2, 3 }, new byte[] { 4, 5, 6 }, message.CoinbasePrefix.ToArray()];

    /// <summary>The hash of the block that a solution of it makes. The coinbase has a witness; its id has not.</summary>
    public U256 HashOf(SubmitSolution solution)
    {
        ReadOnlySpan<byte> coinbase = solution.CoinbaseTx.Span;
        byte[] stripped = [.. coinbase[..4], .. coinbase[6..^38], .. coinbase[^4..]];
        U256 root = Merkle.RootFromPath(Sha256d.Hash(stripped), Message.MerklePath.AsSpan());
        return new BlockHeader(
            solution.Version, Tip!.Hash, root, solution.HeaderTimestamp, Tip.NBits, solution.HeaderNonce).Hash();
    }

    /// <summary>What tells templates apart in their coinbases: see <see cref="ContentOf(NewTemplate)"/>.</summary>
    public static uint ContentOf(SubmitSolution solution) => BitConverter.ToUInt32(solution.CoinbaseTx.Span.Slice(48, 4));

    /// <summary>The number that follows the height in its coinbase prefix; no two templates have the same.</summary>
    public static uint ContentOf(NewTemplate template) => BitConverter.ToUInt32(template.CoinbasePrefix.Span.Slice(4, 4));

    /// <summary>The height of the block that it makes (BIP34).</summary>
    public static int HeightOf(NewTemplate template) => BitConverter.ToInt32([.. template.CoinbasePrefix.Span.Slice(1, 3), 0]);
}
