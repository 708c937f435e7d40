using System.Collections.Immutable;

namespace Testbed.Consensus;

/// <summary>What a block is checked against.</summary>
/// <param name="PrevHash">The tip it must extend.</param>
/// <param name="Height">Its own height.</param>
/// <param name="Bits">The compact target it must name and meet.</param>
/// <param name="MinTime">The least time it may carry: median of the last blocks, plus 1.</param>
/// <param name="MaxTime">The largest time it may carry: now plus two hours.</param>
/// <param name="MaxCoinbaseValue">Subsidy and fees in satoshis; null where fees are not known.</param>
public sealed record BlockContext(U256 PrevHash, int Height, uint Bits, uint MinTime, uint MaxTime, ulong? MaxCoinbaseValue);

/// <summary>The rules a block is held to, with the reject reasons Bitcoin Core gives.</summary>
public static class BlockRules
{
    public const int MaxWeight = 4_000_000;

    /// <summary>The first rule a block breaks, or null. Proof of work and merkle root are left out for a proposal.</summary>
    public static string? Check(Block block, BlockContext context, bool proposal = false)
    {
        BlockHeader header = block.Header;
        if (header.PrevHash != context.PrevHash)
            return "inconclusive-not-best-prevblk";
        if (header.Bits != context.Bits)
            return "bad-diffbits";
        if (!proposal && block.Hash > Work.TargetOfBits(context.Bits))
            return "high-hash";
        if (header.Version < 4 || (int)header.Version < 0)
            return "bad-version";
        if (header.Time < context.MinTime)
            return "time-too-old";
        if (header.Time > context.MaxTime)
            return "time-too-new";
        if (!proposal && header.MerkleRoot != MerkleTree.Root(block.Transactions.Select(tx => tx.Txid)))
            return "bad-txnmrklroot";
        return CheckTransactions(block.Transactions, context);
    }

    private static string? CheckTransactions(ImmutableArray<RawTransaction> transactions, BlockContext context)
    {
        if (transactions.IsEmpty || !transactions[0].IsCoinbase)
            return "bad-cb-missing";
        if (transactions.Skip(1).Any(tx => tx.IsCoinbase))
            return "bad-cb-multiple";
        if (transactions.Select(tx => tx.Txid).Distinct().Count() != transactions.Length)
            return "bad-txns-duplicate";
        RawTransaction coinbase = transactions[0];
        ReadOnlySpan<byte> scriptSig = coinbase.Inputs[0].ScriptSig.Span;
        if (scriptSig.Length is < 2 or > 100)
            return "bad-cb-length";
        if (!scriptSig.StartsWith(BlockHeight.Push(context.Height)))
            return "bad-cb-height";
        if (coinbase.LockTime >= context.Height && coinbase.Inputs[0].Sequence != uint.MaxValue)
            return "bad-txns-nonfinal";
        if (CheckWitness(transactions) is { } witness)
            return witness;
        long weight = 4 * (BlockHeader.Length + CompactSizeLength(transactions.Length)) + transactions.Sum(tx => (long)tx.Weight);
        if (weight > MaxWeight)
            return "bad-blk-weight";
        UInt128 value = coinbase.Outputs.Aggregate(UInt128.Zero, (sum, output) => sum + output.Value);
        return context.MaxCoinbaseValue is { } limit && value > limit ? "bad-cb-amount" : null;
    }

    private static string? CheckWitness(ImmutableArray<RawTransaction> transactions)
    {
        RawTransaction coinbase = transactions[0];
        if (Commitment.Find(coinbase.Outputs) is not { } committed)
            return transactions.Any(tx => tx.HasWitness) ? "unexpected-witness" : null;
        if (coinbase.Inputs[0].Witness is not [{ Length: 32 } reserved])
            return "bad-witness-nonce-size";
        U256 root = MerkleTree.Root([U256.Zero, .. transactions.Skip(1).Select(tx => tx.Wtxid)]);
        return Commitment.Of(root, reserved.Span) == committed ? null : "bad-witness-merkle-match";
    }

    private static int CompactSizeLength(int value) => value < 0xfd ? 1 : value <= 0xffff ? 3 : 5;
}
