using System.Collections.Immutable;
using Bitcoin;
using JdClient.Core.Templates;
using Sv2.Protocol.TemplateDistribution;

namespace JdClient.Core;

// Found blocks whose transactions were not known (design §7). They are those of any template with the same merkle path, on
// whatever connection it came; and a provider that stayed up while the connection did not may still give them by the old id.
public sealed partial class ChannelManager
{
    private bool HasIncompleteBlock(Template template) =>
        template.Data.HasBlock && _blocks.Exists(entry => entry.IsIncomplete && entry.Template?.Data == template.Data);

    // The transactions came after the block: now it is whole, and the journal's entry with it.
    private void CompleteBlocks(Template template) => CompleteBlocks(
        template.Transactions,
        entry => entry.Template?.Data == template.Data || HasPath(entry.Block, template.Message.MerklePath.AsSpan()));

    private void CompleteFromActive()
    {
        if (_templates.Active is { TransactionsState: TransactionsState.Known } active)
            CompleteBlocks(active);
    }

    private bool CompleteBlocks(ImmutableArray<ReadOnlyMemory<byte>> transactions, Func<WaitingBlock, bool> isOf)
    {
        bool any = false;
        for (int i = 0; i < _blocks.Count; i++)
        {
            WaitingBlock entry = _blocks[i];
            if (!entry.IsIncomplete || !isOf(entry))
                continue;
            FoundBlock whole = entry.Block with { Transactions = transactions };
            _blocks[i] = entry with { Block = whole };
            _context.Effects.SaveBlock(whole);
            _context.Report(new CoreReport.BlockCompleted(whole));
            any = true;
        }

        return any;
    }

    // The path commits to every transaction, so with the block's own coinbase it gives the root in its header or is another's.
    private static bool HasPath(FoundBlock block, ReadOnlySpan<U256> path) =>
        Transaction.TryParse(block.Solution.CoinbaseTx, out Transaction? coinbase, out _)
        && Merkle.RootFromPath(coinbase.ComputeTxid(), path) == BlockHeader.Read(block.Header.Span).MerkleRoot;

    // Asked once on each connection, beside what is asked for templates of this one, and without a deadline: nothing waits.
    private void RequestFormerTransactions(ProviderSession session, WaitingBlock entry)
    {
        ulong id = entry.Block.Solution.TemplateId;
        if (!entry.IsIncomplete
            || entry.Template?.Link == session.Link
            || session.FormerRequests.Count >= _options.Limits.WaitingBlocks
            || !session.FormerRequests.Add(id))
        {
            return;
        }

        _context.Effects.SendOnLink(session.Link, new RequestTransactionData(id));
    }

    /// <returns>Whether a block was waiting for them; otherwise they may be those of a template of this connection.</returns>
    private bool TakeFormerTransactions(ProviderSession session, RequestTransactionDataSuccess data)
    {
        if (!session.FormerRequests.Remove(data.TemplateId))
            return false;
        var txids = new U256[data.TransactionList.Length];
        for (int i = 0; i < txids.Length; i++)
        {
            if (!Transaction.TryParse(data.TransactionList[i], out Transaction? transaction, out _))
                return false;
            txids[i] = transaction.ComputeTxid();
        }

        U256[] path = Merkle.PathFromTxids(txids);
        return CompleteBlocks(data.TransactionList, entry => HasPath(entry.Block, path));
    }
}
