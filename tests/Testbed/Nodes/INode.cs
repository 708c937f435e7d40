using System.Diagnostics.CodeAnalysis;
using Testbed.Consensus;

namespace Testbed.Nodes;

/// <summary>
/// What a role sees of the Bitcoin network. Template provider, pool and job declarator of one farm share a
/// <see cref="Chain"/>; a test that wants one of them behind the others gives it a view of its own.
/// </summary>
public interface INode
{
    /// <summary>Raised after the tip changed, outside of locks, on the thread that changed it.</summary>
    event Action<Tip>? TipChanged;

    /// <summary>The present tip.</summary>
    Tip Tip { get; }

    /// <summary>Finds a transaction of the mempool by its wtxid.</summary>
    bool TryGetTransaction(U256 wtxid, [NotNullWhen(true)] out RawTransaction? transaction);

    /// <summary>The first rule that a block without proof of work would break on the present tip, or null.</summary>
    string? CheckProposal(Block block);

    /// <summary>Takes a block; a valid one becomes the tip.</summary>
    BlockOutcome SubmitBlock(Block block);
}

/// <summary>What a node made of a block.</summary>
public enum BlockStatus
{
    /// <summary>It is the new tip.</summary>
    Accepted,

    /// <summary>It had been accepted before.</summary>
    Duplicate,

    /// <summary>It is valid work on a tip that has been replaced.</summary>
    Stale,

    /// <summary>It breaks a rule.</summary>
    Invalid,
}

/// <summary>A block's fate; the reason is one of Bitcoin Core's reject reasons.</summary>
public sealed record BlockOutcome(BlockStatus Status, string? Reason = null);
