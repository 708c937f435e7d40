using System.Collections.Immutable;
using Testbed.Consensus;
using Testbed.Nodes;

namespace Testbed.Pools;

/// <summary>A declaration that was found valid, with all its transactions.</summary>
internal sealed record DeclaredJob(
    Tip Tip, uint Version, CoinbaseCut Coinbase, ImmutableArray<RawTransaction> Transactions, ImmutableArray<U256> MerklePath)
{
    /// <summary>The whole block of a solution; null when the extranonce does not fit.</summary>
    public Block? Complete(ReadOnlySpan<byte> extranonce, uint version, U256 prevHash, uint time, uint bits, uint nonce)
    {
        if (Coinbase.Complete(extranonce) is not { } coinbase)
            return null;
        ImmutableArray<RawTransaction> all = [coinbase, .. Transactions];
        U256 root = MerkleTree.Root(all.Select(tx => tx.Txid));
        return new Block(new BlockHeader(version, prevHash, root, time, bits, nonce), all);
    }
}
