using System.Diagnostics.CodeAnalysis;
using Testbed.Consensus;

namespace Testbed.Nodes;

/// <summary>
/// A node that has not seen every transaction: the job declarator's, which then has to ask for the missing ones. Which
/// ones are missing follows from the wtxid and a seed.
/// </summary>
public sealed class PartialMempool(INode node, double missingShare, int seed) : INode
{
    /// <inheritdoc/>
    public event Action<Tip>? TipChanged
    {
        add => node.TipChanged += value;
        remove => node.TipChanged -= value;
    }

    /// <inheritdoc/>
    public Tip Tip => node.Tip;

    /// <inheritdoc/>
    public bool TryGetTransaction(U256 wtxid, [NotNullWhen(true)] out RawTransaction? transaction)
    {
        transaction = null;
        return !IsMissing(wtxid) && node.TryGetTransaction(wtxid, out transaction);
    }

    /// <inheritdoc/>
    public string? CheckProposal(Block block) => node.CheckProposal(block);

    /// <inheritdoc/>
    public BlockOutcome SubmitBlock(Block block) => node.SubmitBlock(block);

    private bool IsMissing(U256 wtxid)
    {
        byte[] draw = Hashing.DoubleSha256(new ByteSink().Hash(wtxid).U32((uint)seed).ToArray()).ToLittleEndian();
        return BitConverter.ToUInt32(draw) < missingShare * uint.MaxValue;
    }
}
