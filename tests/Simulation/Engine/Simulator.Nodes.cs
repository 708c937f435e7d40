using Bitcoin;
using Simulation.Peers;
using Sv2.Protocol;
using Sv2.Protocol.TemplateDistribution;

namespace Simulation.Engine;

// Template providers and the chain behind them.
internal sealed partial class Simulator
{
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
                GiveTransactions(link, node, request);
                break;
            case SubmitSolution solution:
                OnSolution(node, solution);
                break;
        }
    }

    private void GiveTransactions(Link link, Node node, RequestTransactionData request)
    {
        ulong id = request.TemplateId;
        if (!node.Templates.TryGetValue(id, out GivenTemplate? template))
        {
            Send(link, new RequestTransactionDataError(id, "template-id-not-found"));
            return;
        }

        if (Refuses())
        {
            template.AskedAt = null;
            Send(link, new RequestTransactionDataError(id, "stale-template-id"));
            return;
        }

        template.HasTransactions = template.Link.State == LinkState.Up
            && _timeline.Now < template.AskedAt + _options.Deadlines.TransactionData;
        Send(link, new RequestTransactionDataSuccess(id, new byte[32], template.Transactions));
    }

    private void Give(Link link, Node node, bool future) => Give(link, node, future, future ? node.TipHeight + 2 : link.Tip!.Height + 1);

    private void Give(Link link, Node node, bool future, int height)
    {
        if (link.State != LinkState.Up || node.IsStuck)
            return;
        NewTemplate message = NewTemplate(node.NewTemplate(), future, height);
        var template = new GivenTemplate(link, message, future ? null : link.Tip);
        node.Remember(template);
        _given[GivenTemplate.ContentOf(message)] = template;
        if (!future)
            link.NoteNewest(message.TemplateId, _timeline.Now);
        Send(link, message);
    }

    // A future template and the tip that makes it current.
    private void Announce(Link link, Node node)
    {
        Give(link, node, future: true, node.TipHeight + 1);
        Tip(link, node, node.LastTemplate);
    }

    private void Tip(Link link, Node node, ulong id)
    {
        if (link.State != LinkState.Up || node.IsStuck)
            return;
        if (!node.Templates.TryGetValue(id, out GivenTemplate? template) || template.Link != link)
            return;
        ChainTip tip = TipOf(node);
        bool isVoid = template.Tip is { } other ? other != tip : id <= link.TipTemplate;
        if (isVoid || GivenTemplate.HeightOf(template.Message) != tip.Height + 1)
        {
            // A template is for one block, and says its height.
            Announce(link, node);
            return;
        }

        template.Tip = tip;
        link.Tip = tip;
        link.TipTemplate = id;
        link.TipAt = _timeline.Now;
        link.NoteNewest(id, _timeline.Now);
        ConfirmBlock(tip.Hash);
        Send(link, new SetNewPrevHash(id, tip.Hash, tip.MinTime, tip.NBits, CompactTarget.ToTarget(tip.NBits)));
    }

    private NewTemplate NewTemplate(ulong id, bool future, int height)
    {
        byte[] content = BitConverter.GetBytes(++_contents);
        return new NewTemplate(
            id,
            future,
            0x20000000,
            2,
            (byte[])[0x03, .. BitConverter.GetBytes(height)[..3], .. content],
            0xfffffffe,
            5_000_000_000,
            1,
            TxOutList.SerializeItems([new TxOut(0, WitnessCommitment.ToScript(U256.From(_contents)))]),
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
        if (height <= node.TipHeight || node.IsCutOff)
            return;
        node.TipHeight = height;
        node.Rival = _faults && _rng.Chance(0.05) ? _chain.Rival(height, new U256(++_foreignBlocks, 6, 6, 6)) : null;
        if (node.Link is not { Tip: not null } link)
            return;

        Later(link, () =>
        {
            // A future template of before may serve; otherwise it comes with the tip.
            if (_rng.Chance(0.5) && Prepared(link, node) is { } template)
                Tip(link, node, template);
            else
                Announce(link, node);
        });
    }

    // Only the newest future template: the core forgets older ones at its bound.
    private static ulong? Prepared(Link link, Node node)
    {
        ulong newest = node.Templates.Values
            .Where(template => template.Link == link && template.Tip is null && template.Message.TemplateId > link.TipTemplate)
            .Select(static template => template.Message.TemplateId)
            .DefaultIfEmpty()
            .Max();
        return newest > 0 ? newest : null;
    }

    private ChainTip TipOf(Node node) => node.Rival ?? _chain.At(node.TipHeight);

    // A node that was stuck or cut off tells what it has missed.
    private void CatchUp(Node node)
    {
        if (!node.IsCutOff)
        {
            node.TipHeight = _chain.Best.Height;
            node.Rival = null;
        }

        if (!node.IsStuck && node.Link is { Tip: not null } link && link.Tip != TipOf(node))
            Later(link, () => Announce(link, node));
    }
}
