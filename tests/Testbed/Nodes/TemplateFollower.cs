using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Sv2.Protocol;
using Sv2.Protocol.Common;
using Sv2.Protocol.TemplateDistribution;
using Testbed.Consensus;
using Testbed.Net;

namespace Testbed.Nodes;

/// <summary>
/// A pool's view of the network through any template provider over Sv2: tips, and the transactions of its templates. Fees
/// of other transactions are not known, so a coinbase's value is only checked for sets of transactions that were templates.
/// </summary>
public sealed class TemplateFollower(ServerAddress provider, TimeProvider time) : INode
{
    private const int MaxTemplates = 64;
    private const int MaxBlocks = 10_000;
    private const uint MaxFutureSeconds = 2 * 60 * 60;
    private static readonly TimeSpan ReconnectDelay = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, Known> _templates = [];
    private readonly Queue<ulong> _order = new();
    private readonly HashSet<U256> _tips = [];
    private Tip _tip = new(U256.Zero, 0, 0, 0);

    /// <inheritdoc/>
    public event Action<Tip>? TipChanged;

    /// <inheritdoc/>
    public Tip Tip
    {
        get
        {
            lock (_lock)
                return _tip;
        }
    }

    /// <summary>Follows until cancelled, connecting again as often as needed.</summary>
    public async Task RunAsync(Action<string> tell, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                (_, string ending) = await RoleClient.RunAsync(provider, PeerRole.TemplateProvider, new Following(this), time,
                    cancellationToken);
                if (!cancellationToken.IsCancellationRequested)
                    tell($"template provider: {ending}");
                await Task.Delay(ReconnectDelay, time, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    /// <inheritdoc/>
    public bool TryGetTransaction(U256 wtxid, [NotNullWhen(true)] out RawTransaction? transaction)
    {
        lock (_lock)
        {
            transaction = null;
            foreach (Known template in _templates.Values)
            {
                if (template.Transactions.TryGetValue(wtxid, out transaction))
                    return true;
            }

            return false;
        }
    }

    /// <inheritdoc/>
    public string? CheckProposal(Block block) => BlockRules.Check(block, Context(block, out _), proposal: true);

    /// <inheritdoc/>
    public BlockOutcome SubmitBlock(Block block)
    {
        BlockContext context = Context(block, out Action<SubmitSolution>? submit);
        lock (_lock)
        {
            if (_tips.Contains(block.Hash))
                return new BlockOutcome(BlockStatus.Duplicate);
            if (block.Header.PrevHash != _tip.Hash && _tips.Contains(block.Header.PrevHash))
                return new BlockOutcome(BlockStatus.Stale, "inconclusive-not-best-prevblk");
        }

        if (BlockRules.Check(block, context) is { } reason)
            return new BlockOutcome(BlockStatus.Invalid, reason);
        BlockHeader header = block.Header;
        submit?.Invoke(new SubmitSolution(0, header.Version, header.Time, header.Nonce, block.Transactions[0].Bytes));
        return new BlockOutcome(BlockStatus.Accepted);
    }

    private BlockContext Context(Block block, out Action<SubmitSolution>? submit)
    {
        lock (_lock)
        {
            Known? template = _templates.Values.LastOrDefault(known =>
                known.Transactions.Count == block.Transactions.Length - 1
                && block.Transactions.Skip(1).All(tx => known.Transactions.ContainsKey(tx.Wtxid)));
            submit = template is null ? null : solution => template.Peer.Send(solution with { TemplateId = template.Message.TemplateId });
            return new BlockContext(
                _tip.Hash, _tip.Height + 1, _tip.Bits, _tip.MinTime, (uint)time.GetUtcNow().ToUnixTimeSeconds() + MaxFutureSeconds,
                    template?.Message.CoinbaseTxValueRemaining);
        }
    }

    private void OnTemplate(IPeer peer, NewTemplate message)
    {
        lock (_lock)
        {
            _templates[message.TemplateId] = new Known(peer, message, ImmutableDictionary<U256, RawTransaction>.Empty);
            _order.Enqueue(message.TemplateId);
            while (_order.Count > MaxTemplates)
                _templates.Remove(_order.Dequeue());
        }

        peer.Send(new RequestTransactionData(message.TemplateId));
    }

    private void OnTransactions(RequestTransactionDataSuccess message)
    {
        ImmutableDictionary<U256, RawTransaction>.Builder found = ImmutableDictionary.CreateBuilder<U256, RawTransaction>();
        foreach (ReadOnlyMemory<byte> bytes in message.TransactionList)
        {
            if (RawTransaction.TryParse(bytes, out RawTransaction? transaction))
                found[transaction.Wtxid] = transaction;
        }

        lock (_lock)
        {
            if (_templates.TryGetValue(message.TemplateId, out Known? known))
                _templates[message.TemplateId] = known with { Transactions = found.ToImmutable() };
        }
    }

    private void OnPrevHash(SetNewPrevHash message)
    {
        Tip tip;
        lock (_lock)
        {
            if (!_templates.TryGetValue(message.TemplateId, out Known? known) || message.PrevHash == _tip.Hash)
                return;

            // The median time is not told; a node does not hand out a timestamp below it. Height: BIP34.
            int height = BlockHeight.Read([.. known.Message.CoinbasePrefix.Span, 0]) ?? 1;
            _tip = tip = new Tip(message.PrevHash, height - 1, message.NBits, message.HeaderTimestamp - MaxFutureSeconds);
            if (_tips.Count > MaxBlocks)
                _tips.Clear();
            _tips.Add(message.PrevHash);
        }

        TipChanged?.Invoke(tip);
    }

    private sealed record Known(IPeer Peer, NewTemplate Message, ImmutableDictionary<U256, RawTransaction> Transactions);

    private sealed class Following(TemplateFollower owner) : Session
    {
        public override void OnConnected() => Peer.Send(Setup.Request(Setup.TemplateDistribution, 0, "127.0.0.1", 0, "pool"));

        public override void OnMessage(Sv2Message message)
        {
            switch (message)
            {
                case SetupConnectionSuccess:
                    Peer.Send(new CoinbaseOutputConstraints(100, 0));
                    break;
                case NewTemplate template:
                    owner.OnTemplate(Peer, template);
                    break;
                case SetNewPrevHash prevHash:
                    owner.OnPrevHash(prevHash);
                    break;
                case RequestTransactionDataSuccess transactions:
                    owner.OnTransactions(transactions);
                    break;
                default:
                    break;
            }
        }

        public override void OnEnded(string reason)
        {
        }
    }
}
