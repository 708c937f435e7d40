
namespace Testbed.Nodes;

/// <summary>How a testbed chain is made.</summary>
public sealed record ChainOptions
{
    /// <summary>Compact network target. The default is regtest's, where every second hash is a block.</summary>
    public uint Bits { get; init; } = 0x207fffff;

    /// <summary>Height of the first block, which is simply there. Above 16, so that BIP34 heights are pushes.</summary>
    public int StartHeight { get; init; } = 100;

    /// <summary>Transactions that wait in the mempool after every block.</summary>
    public int TransactionCount { get; init; } = 20;

    /// <summary>Seeds the transactions.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>A raw block whose transactions are used in place of made-up ones, again and again.</summary>
    public ReadOnlyMemory<byte>? RealBlock { get; init; }

    /// <summary>The hash of the first block.</summary>
    public U256 StartHash { get; init; } = U256.FromLittleEndian(Enumerable.Repeat((byte)0x5b, 28).Concat(new byte[4]).ToArray());
}
