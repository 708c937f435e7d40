using System.Collections.Immutable;
using Bitcoin;
using Sv2.Protocol.TemplateDistribution;

namespace JdClient.Core;

/// <summary>A share that meets the network target, with all that is needed to publish it (design §7).</summary>
/// <param name="BlockHash">The header's hash.</param>
/// <param name="Header">The 80 header bytes that were mined.</param>
/// <param name="Solution">What a template provider that knows the template is sent.</param>
/// <param name="ProviderIndex">The provider of the template, by its place in the configuration.</param>
/// <param name="Transactions">
/// The block's other transactions, raw, in template order; null when they are not known (the full block can then only be
/// made by the template provider).
/// </param>
/// <param name="FoundAt">When the share arrived.</param>
/// <param name="FoundBy">Session, channel and user identity, for people.</param>
public sealed record FoundBlock(
    U256 BlockHash,
    ReadOnlyMemory<byte> Header,
    SubmitSolution Solution,
    int ProviderIndex,
    ImmutableArray<ReadOnlyMemory<byte>>? Transactions,
    DateTimeOffset FoundAt,
    string FoundBy);
