
namespace Testbed.Nodes;

/// <summary>The best block a node knows, and what the next one needs.</summary>
/// <param name="Hash">Its hash: the next block's prev-hash.</param>
/// <param name="Height">Its height.</param>
/// <param name="Bits">Compact target of the next block.</param>
/// <param name="MinTime">The least time the next block may carry (median of the last blocks, plus 1).</param>
public sealed record Tip(U256 Hash, int Height, uint Bits, uint MinTime);
