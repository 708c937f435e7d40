using System.Collections.Immutable;
using BitcoinCore.Ipc;

namespace Testbed.Latency;

/// <summary>What is measured, and on which node.</summary>
public sealed record LatencyOptions
{
    /// <summary>New tips.</summary>
    public int Tips { get; init; } = 100;

    /// <summary>What the testbed's node speaks.</summary>
    public NodeGeneration Generation { get; init; } = NodeGeneration.V32;

    /// <summary>Transactions of the testbed node's templates.</summary>
    public int TransactionCount { get; init; } = 2000;

    /// <summary>A real node instead of the testbed's; null for the testbed's.</summary>
    public RealNode? Node { get; init; }

    /// <summary>The program to measure; null is this repository's daemon.</summary>
    public ImmutableArray<string>? DaemonCommand { get; init; }
}

/// <summary>A Bitcoin Core node that runs already, on regtest, with <c>-logtimemicros</c>.</summary>
/// <param name="Socket">Its IPC socket.</param>
/// <param name="Command">A command line of bitcoin-cli for it.</param>
/// <param name="Log">Its debug.log, which says when it connected a block.</param>
public sealed record RealNode(string Socket, string Command, string Log);
