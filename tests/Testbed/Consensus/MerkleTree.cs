using System.Collections.Immutable;

namespace Testbed.Consensus;

/// <summary>Merkle trees over hashes: a last node without a partner is paired with itself.</summary>
public static class MerkleTree
{
    /// <summary>The root over all leaves.</summary>
    public static U256 Root(IEnumerable<U256> leaves)
    {
        List<U256> level = [.. leaves];
        while (level.Count > 1)
        {
            List<U256> above = [];
            for (int i = 0; i < level.Count; i += 2)
                above.Add(Hashing.Pair(level[i], level[Math.Min(i + 1, level.Count - 1)]));
            level = above;
        }

        return level is [var root] ? root : U256.Zero;
    }

    /// <summary>What the coinbase, at place 0, is paired with on its way up, deepest first.</summary>
    public static ImmutableArray<U256> CoinbasePath(IEnumerable<U256> leavesAfterCoinbase)
    {
        // Place 0 stays unknown on every level; its partner is what the path lists.
        List<U256> level = [U256.Zero, .. leavesAfterCoinbase];
        ImmutableArray<U256>.Builder path = ImmutableArray.CreateBuilder<U256>();
        while (level.Count > 1)
        {
            path.Add(level[1]);
            List<U256> above = [U256.Zero];
            for (int i = 2; i < level.Count; i += 2)
                above.Add(Hashing.Pair(level[i], level[Math.Min(i + 1, level.Count - 1)]));
            level = above;
        }

        return path.ToImmutable();
    }

    /// <summary>Climbs from the coinbase's txid to the root.</summary>
    public static U256 Climb(U256 coinbaseTxid, ImmutableArray<U256> path) => path.Aggregate(coinbaseTxid, Hashing.Pair);
}
