using System.Diagnostics.CodeAnalysis;
using Testbed.Consensus;

namespace Testbed.Nodes;

/// <summary>One role's node on a network that all of them share. Frozen, it does not see new blocks.</summary>
public sealed class NodeView : INode
{
    private readonly Lock _lock = new();
    private readonly Chain _chain;
    private Tip? _frozen;

    /// <summary>A node that is up to date.</summary>
    public NodeView(Chain chain)
    {
        _chain = chain;
        chain.TipChanged += OnTipChanged;
    }

    /// <inheritdoc/>
    public event Action<Tip>? TipChanged;

    /// <inheritdoc/>
    public Tip Tip
    {
        get
        {
            lock (_lock)
                return _frozen ?? _chain.Tip;
        }
    }

    /// <summary>Whether it keeps the tip it has.</summary>
    public bool Frozen
    {
        get
        {
            lock (_lock)
                return _frozen is not null;
        }
        set
        {
            Tip? before;
            lock (_lock)
            {
                before = _frozen;
                _frozen = value ? before ?? _chain.Tip : null;
            }

            if (!value && before is not null && before.Hash != _chain.Tip.Hash)
                TipChanged?.Invoke(_chain.Tip);
        }
    }

    /// <inheritdoc/>
    public bool TryGetTransaction(U256 wtxid, [NotNullWhen(true)] out RawTransaction? transaction) =>
        _chain.TryGetTransaction(wtxid, out transaction);

    /// <inheritdoc/>
    public string? CheckProposal(Block block) => _chain.CheckProposal(block);

    /// <inheritdoc/>
    public BlockOutcome SubmitBlock(Block block) => _chain.SubmitBlock(block);

    private void OnTipChanged(Tip tip)
    {
        if (!Frozen)
            TipChanged?.Invoke(tip);
    }
}
