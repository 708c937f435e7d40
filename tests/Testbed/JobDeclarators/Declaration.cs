using System.Collections.Immutable;
using Sv2.Protocol.JobDeclaration;
using Testbed.Consensus;
using Testbed.Nodes;
using Testbed.Pools;

namespace Testbed.JobDeclarators;

/// <summary>A declaration under way: what it says, and the transactions found so far.</summary>
internal sealed class Declaration(DeclareMiningJob message, Token token, CoinbaseCut coinbase, Tip tip)
{
    private readonly RawTransaction?[] _transactions = new RawTransaction?[message.WtxidList.Length];

    public DeclareMiningJob Message => message;

    public Token Token => token;

    public CoinbaseCut Coinbase => coinbase;

    public Tip Tip => tip;

    /// <summary>Positions of transactions that are still unknown.</summary>
    public ImmutableArray<ushort> Missing =>
        [.. Enumerable.Range(0, _transactions.Length).Where(i => _transactions[i] is null).Select(i => (ushort)i)];

    /// <summary>Takes what the node's mempool has.</summary>
    public void Find(INode node)
    {
        for (int i = 0; i < _transactions.Length; i++)
            _transactions[i] = node.TryGetTransaction(message.WtxidList[i], out RawTransaction? found) ? found : null;
    }

    /// <summary>Takes the transactions asked for, in the order asked; the error code when they are anything else.</summary>
    public string? Provide(ImmutableArray<ReadOnlyMemory<byte>> provided)
    {
        ImmutableArray<ushort> missing = Missing;
        if (provided.Length != missing.Length)
            return "missing-txs";
        for (int i = 0; i < missing.Length; i++)
        {
            if (!RawTransaction.TryParse(provided[i], out RawTransaction? transaction))
                return "invalid-job";
            if (transaction.Wtxid != message.WtxidList[missing[i]])
                return "missing-txs";
            _transactions[missing[i]] = transaction;
        }

        return null;
    }

    /// <summary>The complete job and the block it would make, with an extranonce of zeros and no proof of work.</summary>
    public (DeclaredJob Job, Block Proposal) Complete(uint time)
    {
        ImmutableArray<RawTransaction> transactions = [.. _transactions.Select(transaction => transaction!)];
        ImmutableArray<U256> path = MerkleTree.CoinbasePath(transactions.Select(tx => tx.Txid));
        var header = new BlockHeader(message.Version, tip.Hash, U256.Zero, time, tip.Bits, 0);
        return (
            new DeclaredJob(tip, message.Version, coinbase, transactions, path),
            new Block(header, [coinbase.Sample, .. transactions]));
    }
}
