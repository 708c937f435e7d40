using Bitcoin;
using JdClient.Core;
using Simulation.Peers;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.TemplateDistribution;

namespace Simulation.Engine;

// Found blocks: that they are in the journal, that what is there is whole, and where they were sent.
internal sealed partial class Simulator
{
    private const int BlocksRemembered = 32;

    private static readonly TimeSpan BlockMemory = TimeSpan.FromHours(1);

    // By the content of its coinbase.
    private readonly Dictionary<uint, GivenTemplate> _given = [];
    private readonly Dictionary<U256, FoundBlock> _saved = [];
    private readonly HashSet<(LinkId Link, U256 Hash)> _submitted = [];
    private readonly HashSet<(LinkId Link, U256 Hash)> _pushed = [];
    private readonly List<(Link Link, PushSolution Solution)> _pushes = [];

    // Oldest first: those that the core holds until a tip confirms them, and the last ones.
    private readonly List<FoundBlock> _unconfirmed = [];
    private readonly Queue<FoundBlock> _lastBlocks = [];

    // What the journal of an earlier run holds.
    private void ReplayJournal()
    {
        for (int i = _rng.Below(3); i > 0; i--)
        {
            var link = new Link(default, LinkRole.TemplateProvider, _rng.Below(_nodes.Length)) { State = LinkState.Closed };
            NewTemplate message = NewTemplate((ulong)_rng.Below(1000) + 1, future: false, _chain.Best.Height + 1);
            var template = new GivenTemplate(link, message, _chain.Best);
            _given[GivenTemplate.ContentOf(message)] = template;
            byte[] coinbase = [.. new byte[44], .. message.CoinbasePrefix.Span, .. new byte[100]];
            var solution = new SubmitSolution(message.TemplateId, 1, 2, 3, coinbase);
            var block = new FoundBlock(
                template.HashOf(solution),
                new byte[80],
                solution,
                link.Index,
                _rng.Chance(0.5) ? template.Transactions : null,
                _timeline.Now,
                "an earlier run");
            Remember(block);
            On(new CoreEvent.UnconfirmedBlock(block));
        }
    }

    private void Remember(FoundBlock block)
    {
        _unconfirmed.Add(block);
        if (_unconfirmed.Count > _options.Limits.WaitingBlocks)
            _unconfirmed.RemoveAt(0);
    }

    private void ConfirmBlock(U256 hash) => _unconfirmed.RemoveAll(block => block.BlockHash == hash);

    private void OnSaved(FoundBlock block)
    {
        const string Promise = "a saved block is whole";
        BrokenPromise.Unless(Sha256d.Hash(block.Header.Span) == block.BlockHash, Promise, "its header has another hash");
        bool isNew = !_saved.TryGetValue(block.BlockHash, out FoundBlock? before);
        BrokenPromise.Unless(
            isNew || (before!.Transactions is null && block.Transactions is not null),
            Promise,
            $"{block.BlockHash} is saved again, with no more than before");
        GivenTemplate template = _given[GivenTemplate.ContentOf(block.Solution)];
        BrokenPromise.Unless(
            template.Link.Index == block.ProviderIndex
            && template.Message.TemplateId == block.Solution.TemplateId
            && template.HashOf(block.Solution) == block.BlockHash,
            Promise,
            $"{block.BlockHash} is not what its solution makes of template {block.Solution.TemplateId}");
        BrokenPromise.Unless(
            block.Transactions is { } transactions
                ? transactions.Length == template.Transactions.Length
                    && transactions.Zip(template.Transactions).All(static pair => pair.First.Span.SequenceEqual(pair.Second.Span))
                : !template.HasTransactions,
            Promise,
            $"{block.BlockHash} has not the transactions of template {template.Message.TemplateId}");
        _saved[block.BlockHash] = block;
        if (!isNew)
        {
            if (_unconfirmed.IndexOf(before!) is >= 0 and int place)
                _unconfirmed[place] = block;
            return;
        }

        Remember(block);
        _lastBlocks.Enqueue(block);
        if (_lastBlocks.Count > BlocksRemembered)
            _lastBlocks.Dequeue();
    }

    // The solution is on its way to a provider.
    private void OnSubmitted(Link link, SubmitSolution solution)
    {
        if (!_given.TryGetValue(GivenTemplate.ContentOf(solution), out GivenTemplate? template))
            return;
        BrokenPromise.Unless(
            link.Index == template.Link.Index && template.Message.TemplateId == solution.TemplateId,
            "a solution goes to its template's provider",
            $"{solution} on link {link.Id.Value}");
        BrokenPromise.Unless(
            _submitted.Add((link.Id, template.HashOf(solution))), "a block is submitted once", $"{solution} on link {link.Id.Value}");
    }

    private void OnPushed(Link link, PushSolution solution) => _pushes.Add((link, solution));

    // Each is a saved block, for a declaration that this job declarator has accepted.
    private void CheckPushes()
    {
        foreach ((Link link, PushSolution pushed) in _pushes)
        {
            FoundBlock? block = _lastBlocks.LastOrDefault(block => IsOf(pushed, block));
            BrokenPromise.Unless(block is not null, "a pushed solution is a block", pushed.ToString());
            BrokenPromise.Unless(
                link.Declared.Any(declared => declared.IsOf(block!, pushed.Extranonce.Span)),
                "a pushed solution is for a declared job",
                pushed.ToString());
            BrokenPromise.Unless(_pushed.Add((link.Id, block!.BlockHash)), "a block is pushed once", pushed.ToString());
        }

        _pushes.Clear();
    }

    private static bool IsOf(PushSolution pushed, FoundBlock block) =>
        block.Solution.HeaderNonce == pushed.Nonce
        && block.Solution.HeaderTimestamp == pushed.NTime
        && block.Solution.Version == pushed.Version
        && block.Solution.CoinbaseTx.Span.IndexOf(pushed.Extranonce.Span) > 0;

    // Within the event that found it a block is with everybody who can take it.
    private void CheckPublished(U256 hash)
    {
        BrokenPromise.Unless(_saved.TryGetValue(hash, out FoundBlock? block), "every block is saved", $"{hash}");
        Link former = _given[GivenTemplate.ContentOf(block!.Solution)].Link;
        Link? provider = former.State == LinkState.Up ? former : _nodes[former.Index].Link;
        BrokenPromise.Unless(
            provider is null || _submitted.Contains((provider.Id, hash)),
            "every block is submitted",
            $"{hash} on link {provider?.Id.Value}");
        foreach (Link link in _links.Values)
        {
            foreach (Declaration declared in link.Declared)
                CheckPushed(link, declared, block);
        }
    }

    // The job declarator has accepted a declaration: blocks that were found for it meanwhile are on their way.
    private void CheckPushed(Link link, Declaration declared)
    {
        foreach (FoundBlock block in _lastBlocks)
            CheckPushed(link, declared, block);
    }

    private void CheckPushed(Link link, Declaration declared, FoundBlock block)
    {
        if (link.State != LinkState.Up || PoolOf(link) is null || declared.IsRepeated || !declared.IsOf(block))
            return;
        BrokenPromise.Unless(
            _pushed.Contains((link.Id, block.BlockHash)), "every block is pushed", $"{block.BlockHash} on link {link.Id.Value}");
    }

    // A provider is back: what it may not have got is on its way.
    private void CheckOffered(Link link)
    {
        foreach (FoundBlock block in _unconfirmed)
        {
            BrokenPromise.Unless(
                block.ProviderIndex != link.Index
                || block.FoundAt + BlockMemory < _timeline.Now
                || _submitted.Contains((link.Id, block.BlockHash)),
                "a block is submitted when its provider is back",
                $"{block.BlockHash} on link {link.Id.Value}");
        }
    }

    private void OnSolution(Node node, SubmitSolution solution)
    {
        if (!node.Templates.TryGetValue(solution.TemplateId, out GivenTemplate? template)
            || template.Tip is not { } tip
            || GivenTemplate.ContentOf(template.Message) != GivenTemplate.ContentOf(solution))
        {
            return;
        }

        U256 hash = template.HashOf(solution);
        BrokenPromise.Unless(hash <= Chain.NetworkTarget, "a solution is a block", solution.ToString());
        if (tip == _chain.Best)
            ExtendChain(hash);
    }
}
