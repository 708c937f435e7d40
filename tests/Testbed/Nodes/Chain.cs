using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Testbed.Consensus;

namespace Testbed.Nodes;

/// <summary>A chain and a mempool of its own: the one Bitcoin node of a farm. All members may be called from any thread.</summary>
public sealed class Chain : INode
{
    private const uint MaxFutureSeconds = 2 * 60 * 60;

    private readonly Lock _lock = new();
    private readonly ChainOptions _options;
    private readonly TimeProvider _time;
    private readonly TransactionFactory _factory;
    private readonly Dictionary<U256, int> _heights = [];
    private readonly Queue<uint> _lastTimes = new();
    private readonly List<MempoolEntry> _mempool = [];
    private readonly Dictionary<U256, MempoolEntry> _byWtxid = [];
    private readonly ulong? _realCoinbaseValue;
    private Tip _tip;

    /// <summary>A chain of one block.</summary>
    /// <exception cref="ArgumentException">The real block cannot be read.</exception>
    public Chain(ChainOptions options, TimeProvider time)
    {
        (_options, _time, _factory) = (options, time, new TransactionFactory(options.Seed));
        if (options.RealBlock is { } raw)
        {
            Block block = Block.TryParse(raw) ?? throw new ArgumentException("the block file is not a block");
            _realCoinbaseValue = block.Transactions[0].Outputs.Aggregate(0UL, (sum, output) => sum + output.Value);
            foreach (RawTransaction transaction in block.Transactions.Skip(1))
                Insert(new MempoolEntry(transaction, 0));
        }

        uint now = Now();
        for (uint block = 11; block > 0; block--)
            _lastTimes.Enqueue(now - (600 * block));
        _heights[options.StartHash] = options.StartHeight;
        _tip = new Tip(options.StartHash, options.StartHeight, options.Bits, now - (600 * 6) + 1);
        Refill();
    }

    /// <inheritdoc/>
    public event Action<Tip>? TipChanged;

    /// <summary>Raised with hash and outcome of every whole block that came, by whatever way, outside of locks.</summary>
    public event Action<U256, BlockOutcome>? BlockJudged;

    /// <summary>Raised when the tip's next block has changed: new transactions in the mempool, another target.</summary>
    public event Action? FeesChanged;

    /// <inheritdoc/>
    public Tip Tip
    {
        get
        {
            lock (_lock)
                return _tip;
        }
    }

    /// <summary>What a template for the next block is made of: the tip, transactions within a weight, the coinbase's value.</summary>
    public (Tip Tip, ImmutableArray<RawTransaction> Transactions, ulong CoinbaseValue) Assemble(int maxWeight)
    {
        lock (_lock)
        {
            ImmutableArray<RawTransaction>.Builder chosen = ImmutableArray.CreateBuilder<RawTransaction>(_mempool.Count);
            int weight = 0;
            foreach (MempoolEntry entry in _mempool)
            {
                if (weight + entry.Transaction.Weight > maxWeight)
                    continue;
                weight += entry.Transaction.Weight;
                chosen.Add(entry.Transaction);
            }

            return (_tip, chosen.ToImmutable(), Value(chosen));
        }
    }

    /// <summary>Whether a block is in the chain.</summary>
    public bool Contains(U256 hash)
    {
        lock (_lock)
            return _heights.ContainsKey(hash);
    }

    /// <summary>Adds transactions to the mempool.</summary>
    public void AddTransactions(int count)
    {
        lock (_lock)
        {
            for (int i = 0; i < count; i++)
                Insert(_factory.Next());
        }

        FeesChanged?.Invoke();
    }

    /// <summary>Extends the chain by a block that somebody else on the network found.</summary>
    public Tip MineElsewhere()
    {
        Tip tip;
        lock (_lock)
        {
            U256 hash = Hashing.DoubleSha256(new ByteSink().Hash(_tip.Hash).U32(Now()).U32((uint)_tip.Height).ToArray());
            tip = Extend(hash, Math.Max(Now(), _tip.MinTime), []);
        }

        TipChanged?.Invoke(tip);
        return tip;
    }

    /// <summary>
    /// Changes the target of the next block on the same tip, as on test networks when none came for twenty minutes. The blocks after it
    /// have the old one again.
    /// </summary>
    public void ChangeBits(uint bits)
    {
        lock (_lock)
            _tip = _tip with { Bits = bits };
        FeesChanged?.Invoke();
    }

    /// <inheritdoc/>
    public bool TryGetTransaction(U256 wtxid, [NotNullWhen(true)] out RawTransaction? transaction)
    {
        lock (_lock)
            transaction = _byWtxid.GetValueOrDefault(wtxid)?.Transaction;
        return transaction is not null;
    }

    /// <inheritdoc/>
    public string? CheckProposal(Block block)
    {
        BlockContext context;
        lock (_lock)
            context = Context(block.Transactions);
        return BlockRules.Check(block, context, proposal: true);
    }

    /// <inheritdoc/>
    public BlockOutcome SubmitBlock(Block block)
    {
        (BlockOutcome outcome, Tip? tip) = Take(block);
        BlockJudged?.Invoke(block.Hash, outcome);
        if (tip is not null)
            TipChanged?.Invoke(tip);
        return outcome;
    }

    private (BlockOutcome Outcome, Tip? NewTip) Take(Block block)
    {
        lock (_lock)
        {
            if (_heights.ContainsKey(block.Hash))
                return (new BlockOutcome(BlockStatus.Duplicate), null);
            if (block.Header.PrevHash != _tip.Hash && _heights.ContainsKey(block.Header.PrevHash))
                return (new BlockOutcome(BlockStatus.Stale, "inconclusive-not-best-prevblk"), null);
            if (BlockRules.Check(block, Context(block.Transactions)) is { } reason)
                return (new BlockOutcome(BlockStatus.Invalid, reason), null);
            return (new BlockOutcome(BlockStatus.Accepted), Extend(block.Hash, block.Header.Time, block.Transactions));
        }
    }

    private BlockContext Context(ImmutableArray<RawTransaction> transactions) =>
        new(_tip.Hash, _tip.Height + 1, _tip.Bits, _tip.MinTime, Now() + MaxFutureSeconds, Value(transactions.Skip(1)));

    private ulong Value(IEnumerable<RawTransaction> transactions)
    {
        if (_realCoinbaseValue is { } value)
            return value;
        ulong subsidy = 50_0000_0000UL >> ((_tip.Height + 1) / 210_000);
        return transactions.Aggregate(subsidy, (sum, tx) => sum + (_byWtxid.GetValueOrDefault(tx.Wtxid)?.Fee ?? 0));
    }

    private Tip Extend(U256 hash, uint time, ImmutableArray<RawTransaction> mined)
    {
        _lastTimes.Enqueue(time);
        if (_lastTimes.Count > 11)
            _lastTimes.Dequeue();
        uint median = _lastTimes.Order().ElementAt(_lastTimes.Count / 2);
        _tip = new Tip(hash, _tip.Height + 1, _options.Bits, median + 1);
        _heights[hash] = _tip.Height;
        if (_options.RealBlock is null)
        {
            foreach (RawTransaction transaction in mined)
                _byWtxid.Remove(transaction.Wtxid);
            _mempool.RemoveAll(entry => !_byWtxid.ContainsKey(entry.Transaction.Wtxid));
            Refill();
        }

        return _tip;
    }

    private void Refill()
    {
        while (_options.RealBlock is null && _mempool.Count < _options.TransactionCount)
            Insert(_factory.Next());
    }

    private void Insert(MempoolEntry entry)
    {
        if (_byWtxid.TryAdd(entry.Transaction.Wtxid, entry))
            _mempool.Add(entry);
    }

    private uint Now() => (uint)_time.GetUtcNow().ToUnixTimeSeconds();
}
