using System.Collections.Immutable;
using Testbed.Consensus;
using Testbed.Nodes;

namespace Testbed.Pools;

/// <summary>What a pool and its job declarator server have in common.</summary>
public sealed record PoolBackendOptions
{
    /// <summary>
    /// Outputs the pool wants in the coinbase, all of value 0: the payout output first (spec 06, 6.4.3). The default is one
    /// P2WPKH output.
    /// </summary>
    public ImmutableArray<TxOutput> CoinbaseOutputs { get; init; } = [new(0, (byte[])[0, 20, .. Enumerable.Repeat((byte)0x70, 20)])];

    /// <summary>How long an allocated token may be used.</summary>
    public TimeSpan TokenLifetime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long the token of a validated declaration may be used.</summary>
    public TimeSpan DeclaredTokenLifetime { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>The state that a pool and its job declarator server share: their node, their tokens, what they want paid.</summary>
public sealed class PoolBackend(INode node, PoolBackendOptions options, TimeProvider time)
{
    /// <summary>The pool's view of the network.</summary>
    public INode Node { get; } = node;

    /// <summary>What the coinbase must hold.</summary>
    public ImmutableArray<TxOutput> CoinbaseOutputs => options.CoinbaseOutputs;

    internal TokenRegistry Tokens { get; } = new(options, time);

    /// <summary>Whether outputs pay the pool (a value above 0) and hold its other outputs.</summary>
    internal bool IsPaid(ImmutableArray<TxOutput> outputs) =>
        outputs.Any(output => output.Value > 0 && output.Script.Span.SequenceEqual(CoinbaseOutputs[0].Script.Span))
        && CoinbaseOutputs.Skip(1).All(wanted => outputs.Any(output => output.Script.Span.SequenceEqual(wanted.Script.Span)));
}
