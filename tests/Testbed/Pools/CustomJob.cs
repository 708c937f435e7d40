using System.Collections.Immutable;
using Sv2.Protocol.Mining;
using Testbed.Consensus;

namespace Testbed.Pools;

/// <summary>A custom job the pool has acknowledged, with the terms of that moment.</summary>
internal sealed class CustomJob(uint id, SetCustomMiningJob terms, DeclaredJob? declared, U256 target, byte[] extranoncePrefix)
{
    private readonly ImmutableArray<TxOutput> _outputs = RawTransaction.TryParseOutputs(terms.CoinbaseTxOutputs.Span) ?? [];

    public uint Id => id;

    public SetCustomMiningJob Terms => terms;

    public DeclaredJob? Declared => declared;

    /// <summary>The channel's target when the job was acknowledged: it stays (spec 05, 5.3.21).</summary>
    public U256 Target => target;

    public byte[] ExtranoncePrefix => extranoncePrefix;

    /// <summary>The header a share stands for, its coinbase rebuilt field by field.</summary>
    public BlockHeader Header(SubmitSharesExtended share)
    {
        byte[] scriptSig = [.. terms.CoinbasePrefix.Span, .. extranoncePrefix, .. share.Extranonce.Span];
        RawTransaction coinbase = RawTransaction.Build(
            terms.CoinbaseTxVersion,
            [new TxInput(U256.Zero, uint.MaxValue, scriptSig, terms.CoinbaseTxInputNSequence, [])],
            _outputs,
            terms.CoinbaseTxLocktime);
        U256 root = MerkleTree.Climb(coinbase.Txid, terms.MerklePath);
        return new BlockHeader(share.Version, terms.PrevHash, root, share.NTime, terms.NBits, share.Nonce);
    }
}
