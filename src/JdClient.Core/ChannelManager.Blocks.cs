using System.Globalization;
using Bitcoin;
using JdClient.Core.Downstream;
using JdClient.Core.Templates;
using JdClient.Core.Upstream;
using Sv2.Channels;
using Sv2.Protocol.JobDeclaration;

namespace JdClient.Core;

// Found blocks (design §7): to the template provider, the job declarator, the pool and the journal, none waiting for
// another, each from the job that was mined. Whole blocks are published by the daemon, from what is saved here.
public sealed partial class ChannelManager
{
    private static readonly TimeSpan BlockMemory = TimeSpan.FromHours(1);

    // Blocks that no tip has confirmed yet, oldest first. Bounded by WaitingBlocks.
    private readonly List<WaitingBlock> _blocks = [];

    private void OnBlock(MinerChannel miner, in SubmittedShare share, in ShareResult result, JobOrigin origin, string? worker)
    {
        if (result.Solution is not { } solution)
        {
            _context.Report(new CoreReport.BlockInconsistent(miner.Session.Id, miner.Id, share.JobId));
            return;
        }

        Template template = origin.Template;
        var block = new FoundBlock(
            solution.Hash,
            solution.Header.ToBytes(),
            solution.ToSubmitSolution(),
            template.ProviderIndex,
            template.TransactionsState == TransactionsState.Known ? template.Transactions : null,
            _context.Now,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{miner.Session.Peer} channel {miner.Id} ({worker ?? miner.Channel.UserIdentity})"));

        // A template's id certainly means something only on the connection that it came on.
        bool submitted = _providerLinks.TryGetValue(template.Link, out ProviderSession? session) && session.IsConnected;
        if (submitted)
            _context.Effects.SendOnLink(template.Link, block.Solution);
        bool pushed = false;
        if (origin.Pooled is { } pooled)
        {
            pushed = Push(pooled, solution.ToPushSolution());
            ForwardOrKeep(pooled, ToUpstream(miner, share, result, worker));
        }

        _context.Effects.SaveBlock(block);
        Remember(new WaitingBlock(block, template, submitted ? template.Link : null));
        _context.Counters.BlocksFound++;
        _context.Report(new CoreReport.BlockFound(block, origin.Source, submitted, pushed));
        if (!submitted && _providers[template.ProviderIndex].Session is { IsConnected: true } present)
            OfferBlocks(present);
        if (block.Transactions is not null)
            return;
        template.Data.HasBlock = true;
        CompleteFromActive();
        RequestTransactionsAgain(template);
    }

    private bool Push(PooledJob pooled, PushSolution solution)
    {
        if (_options.Mode != MiningMode.FullTemplate || pooled.Session.IsClosed)
            return false;
        if (!pooled.Declared)
        {
            pooled.Keep(solution);
            return false;
        }

        _context.Effects.SendOnLink(pooled.Session.JobDeclarator.Link, solution);
        _context.Counters.SolutionsPushed++;
        return true;
    }

    private void Remember(WaitingBlock block)
    {
        if (_blocks.Count >= _options.Limits.WaitingBlocks)
            _blocks.RemoveAt(0);
        _blocks.Add(block);
    }

    private void OnUnconfirmedBlock(CoreEvent.UnconfirmedBlock unconfirmed)
    {
        FoundBlock block = unconfirmed.Block;
        if (_blocks.Exists(other => other.Block.BlockHash == block.BlockHash))
            return;
        Remember(new WaitingBlock(block, null, null) { IsKeptWhole = unconfirmed.IsWhole });
        CompleteFromActive();
        foreach (ProviderSession session in _providerLinks.Values)
        {
            if (session.IsConnected)
                OfferBlocks(session);
        }
    }

    // What its provider may not have got. One that stayed up while we were away still knows the template by its id (sv2-tp
    // counts over all its clients), and is the only way out where whole blocks are sent nowhere; to one that was restarted
    // the id means nothing or another template, which the block does not fit, so the offer does no harm (spec 07, 7.7).
    private void OfferBlocks(ProviderSession session)
    {
        int provider = session.Slot.Index;
        _blocks.RemoveAll(entry => entry.Block.FoundAt + BlockMemory < _context.Now && entry.OfferedOn is not null);
        for (int i = 0; i < _blocks.Count; i++)
        {
            WaitingBlock entry = _blocks[i];
            if (entry.Block.ProviderIndex != provider || entry.OfferedOn == session.Link)
                continue;
            _context.Effects.SendOnLink(session.Link, entry.Block.Solution);
            _blocks[i] = entry with { OfferedOn = session.Link };
            RequestFormerTransactions(session, entry);
            _context.Report(new CoreReport.BlockResubmitted(provider, entry.Block.BlockHash));
        }
    }

    private void ConfirmBlock(ProviderSession session, U256 prevHash)
    {
        if (_blocks.RemoveAll(entry => entry.Block.BlockHash == prevHash) > 0)
            _context.Report(new CoreReport.BlockConfirmed(session.Slot.Index, prevHash));
    }
}
