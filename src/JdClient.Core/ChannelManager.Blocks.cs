using System.Globalization;
using Bitcoin;
using JdClient.Core.Downstream;
using JdClient.Core.Upstream;
using Sv2.Channels;
using Sv2.Protocol.JobDeclaration;

namespace JdClient.Core;

// Found blocks (design §7): to the template provider, the job declarator, the pool and the journal, none waiting for
// another, each from the job that was mined.
public sealed partial class ChannelManager
{
    private static readonly TimeSpan BlockMemory = TimeSpan.FromHours(1);

    // Blocks that no tip has confirmed yet, oldest first, with the link they went out on. Bounded by WaitingBlocks.
    private readonly List<(FoundBlock Block, LinkId? SubmittedOn)> _blocks = [];

    private void OnBlock(MinerChannel miner, in SubmittedShare share, in ShareResult result, JobOrigin origin, string? worker)
    {
        if (result.Solution is not { } solution)
        {
            _context.Report(new CoreReport.BlockInconsistent(miner.Session.Id, miner.Id, share.JobId));
            return;
        }

        bool known = origin.Template.TransactionsState == Templates.TransactionsState.Known;
        var block = new FoundBlock(
            solution.Hash,
            solution.Header.ToBytes(),
            solution.ToSubmitSolution(),
            origin.Template.ProviderIndex,
            known ? origin.Template.Transactions : null,
            _context.Now,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{miner.Session.Peer} channel {miner.Id} ({worker ?? miner.Channel.UserIdentity})"));
        bool submitted = Submit(block);
        bool pushed = false;
        if (origin.Pooled is { } pooled)
        {
            pushed = Push(pooled, solution.ToPushSolution());
            ForwardOrKeep(pooled, ToUpstream(miner, share, result, worker));
        }

        _context.Effects.SaveBlock(block);
        _context.Counters.BlocksFound++;
        _context.Report(new CoreReport.BlockFound(block, origin.Source, submitted, pushed));
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

    private void OnUnconfirmedBlock(FoundBlock block)
    {
        if (!_blocks.Exists(other => other.Block.BlockHash == block.BlockHash))
            Submit(block);
    }

    // Sends it if its provider is there, and remembers it until a tip confirms it.
    private bool Submit(FoundBlock block)
    {
        bool canSubmit = ProviderIsConnected && _provider!.Index == block.ProviderIndex;
        if (canSubmit)
            SendToProvider(block.Solution);
        if (_blocks.Count >= _options.Limits.WaitingBlocks)
            _blocks.RemoveAt(0);
        _blocks.Add((block, canSubmit ? _providerLink : null));
        return canSubmit;
    }

    // A provider that is back gets what it may not have got; to have it twice does no harm (spec 07, 7.7).
    private void SubmitWaitingBlocks()
    {
        _blocks.RemoveAll(entry => entry.Block.FoundAt + BlockMemory < _context.Now && entry.SubmittedOn is not null);
        for (int i = 0; i < _blocks.Count; i++)
        {
            (FoundBlock block, LinkId? submittedOn) = _blocks[i];
            if (block.ProviderIndex != _provider!.Index || submittedOn == _providerLink)
                continue;
            SendToProvider(block.Solution);
            _blocks[i] = (block, _providerLink);
            _context.Report(new CoreReport.BlockResubmitted(_provider.Index, block.BlockHash));
        }
    }

    private void ConfirmBlock(U256 prevHash)
    {
        if (_blocks.RemoveAll(entry => entry.Block.BlockHash == prevHash) > 0)
            _context.Report(new CoreReport.BlockConfirmed(_provider!.Index, prevHash));
    }
}
