using System.Buffers.Binary;
using System.Collections.Immutable;
using Bitcoin;
using Simulation.Peers;
using Sv2.Protocol;
using Sv2.Protocol.TemplateDistribution;

namespace Simulation.Engine;

// Template providers and the chain behind them.
internal sealed partial class Simulator
{
    private const int TemplatesKept = 40;

    private readonly Chain _chain = new();
    private uint _contents;
    private uint _foreignBlocks;

    private void NodeAnswers(Link link, Sv2Message message)
    {
        Node node = _nodes[link.Index];
        switch (message)
        {
            case CoinbaseOutputConstraints:
                if (link.Tip is null || _rng.Chance(0.5))
                {
                    Announce(link, node);
                }
                else
                {
                    Give(link, node, future: true);
                    Give(link, node, future: false);
                }

                break;
            case RequestTransactionData request:
                bool known = link.Templates.TryGetValue(request.TemplateId, out (NewTemplate Template, ChainTip? Tip) entry);
                if (!known || Refuses())
                    Send(link, new RequestTransactionDataError(request.TemplateId, known ? "stale-template-id" : "template-id-not-found"));
                else
                    Send(link, new RequestTransactionDataSuccess(request.TemplateId, new byte[32], Transactions(entry.Template)));
                break;
            case SubmitSolution solution:
                OnSolution(link, solution);
                break;
        }
    }

    // Two that most templates share, and one of its own.
    private static ImmutableArray<ReadOnlyMemory<byte>> Transactions(NewTemplate template) =>
        [new byte[] { 1, 2, 3 }, new byte[] { 4, 5, 6 }, template.CoinbasePrefix.ToArray()];

    private void Give(Link link, Node node, bool future)
    {
        if (link.State != LinkState.Up || node.IsStuck)
            return;
        NewTemplate template = NewTemplate(++node.LastTemplate, future);
        link.Templates.Add(template.TemplateId, (template, future ? null : link.Tip));
        if (link.Templates.Count > TemplatesKept)
            link.Templates.Remove(link.Templates.Keys.Min());
        Send(link, template);
    }

    // A future template and the tip that makes it current.
    private void Announce(Link link, Node node)
    {
        Give(link, node, future: true);
        Tip(link, node, node.LastTemplate);
    }

    private void Tip(Link link, Node node, ulong template)
    {
        if (link.State != LinkState.Up || node.IsStuck)
            return;
        if (!link.Templates.TryGetValue(template, out (NewTemplate Template, ChainTip? Tip) entry))
            return;
        ChainTip tip = _chain.At(node.TipHeight);
        if (entry.Tip is { } other && other != tip)
        {
            // A template is for one block.
            Announce(link, node);
            return;
        }

        link.Templates[template] = (entry.Template, tip);
        link.Tip = tip;
        Send(link, new SetNewPrevHash(template, tip.Hash, tip.MinTime, tip.NBits, CompactTarget.ToTarget(tip.NBits)));
    }

    private NewTemplate NewTemplate(ulong id, bool future)
    {
        var content = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(content, ++_contents);
        return new NewTemplate(
            id,
            future,
            0x20000000,
            2,
            (byte[])[0x04, .. content],
            0xfffffffe,
            5_000_000_000,
            1,
            (byte[])[0, 0, 0, 0, 0, 0, 0, 0, 6, 0x6a, 0x04, .. content],
            100,
            [new U256(_contents, 7, 7, 7), new U256(_contents, 8, 8, 8)]);
    }

    private void StartNode(Node node)
    {
        void Tick()
        {
            if (node.Link is { Tip: not null } link)
                Later(link, () => Give(link, node, future: _rng.Chance(0.3)));
            _timeline.After(_rng.Time(_profile.TemplatePause), Tick);
        }

        _timeline.After(_rng.Time(_profile.TemplatePause), Tick);
    }

    private void StartChain()
    {
        void Tick()
        {
            ExtendChain(new U256(++_foreignBlocks, 9, 9, 9));
            _timeline.After(_rng.Time(15), Tick);
        }

        _timeline.After(_rng.Time(15), Tick);
    }

    private void ExtendChain(U256 hash)
    {
        int height = _chain.Extend(hash, _timeline.Now).Height;
        foreach (Node node in _nodes)
            _timeline.After(Propagation(), () => NodeLearns(node, height));
        foreach (Pool pool in _pools)
            _timeline.After(Propagation(), () => pool.TipHeight = Math.Max(pool.TipHeight, height));
    }

    private TimeSpan Propagation() => _rng.Time(_faults && _rng.Chance(0.05) ? 5 : 0.1);

    private void NodeLearns(Node node, int height)
    {
        if (height <= node.TipHeight)
            return;
        node.TipHeight = height;
        if (node.Link is not { Tip: not null } link)
            return;

        // A future template of before may serve; otherwise it comes with the tip.
        ulong prepared = link.Templates
            .Where(static entry => entry.Value.Tip is null)
            .Select(static entry => entry.Key)
            .DefaultIfEmpty()
            .Max();
        if (prepared > 0 && _rng.Chance(0.5))
            Later(link, () => Tip(link, node, prepared));
        else
            Later(link, () => Announce(link, node));
    }

    // A node that was stuck tells what it has missed.
    private void CatchUp(Node node)
    {
        if (!node.IsStuck && node.Link is { Tip: not null } link && link.Tip != _chain.At(node.TipHeight))
            Later(link, () => Announce(link, node));
    }

    private void OnSolution(Link link, SubmitSolution solution)
    {
        if (!link.Templates.TryGetValue(solution.TemplateId, out (NewTemplate Template, ChainTip? Tip) entry) || entry.Tip is not { } tip)
            return;
        U256 hash = HashOf(solution, entry.Template, tip);
        BrokenPromise.Unless(hash <= Chain.NetworkTarget || tip != _chain.Best, "a solution is a block", solution.ToString());
        if (tip == _chain.Best)
            ExtendChain(hash);
    }

    // The coinbase of a solution has a witness; its id has not.
    private static U256 HashOf(SubmitSolution solution, NewTemplate template, ChainTip tip)
    {
        ReadOnlySpan<byte> coinbase = solution.CoinbaseTx.Span;
        byte[] stripped = [.. coinbase[..4], .. coinbase[6..^38], .. coinbase[^4..]];
        U256 root = Merkle.RootFromPath(Sha256d.Hash(stripped), template.MerklePath.AsSpan());
        return new BlockHeader(solution.Version, tip.Hash, root, solution.HeaderTimestamp, tip.NBits, solution.HeaderNonce).Hash();
    }
}
