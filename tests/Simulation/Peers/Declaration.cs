using JdClient.Core;
using Sv2.Protocol.JobDeclaration;

namespace Simulation.Peers;

/// <summary>A declared job, with the extranonce prefix that its pool had given when the core sent it.</summary>
internal sealed record Declaration(DeclareMiningJob Message, byte[] Prefix)
{
    /// <summary>The same was declared again, so blocks for it wait for that.</summary>
    public bool IsRepeated { get; set; }

    /// <summary>Whether another one stands for the same coinbase.</summary>
    public bool IsSame(Declaration other) =>
        Prefix.AsSpan().SequenceEqual(other.Prefix)
        && Message.CoinbaseTxPrefix.Span.SequenceEqual(other.Message.CoinbaseTxPrefix.Span)
        && Message.CoinbaseTxSuffix.Span.SequenceEqual(other.Message.CoinbaseTxSuffix.Span);

    /// <summary>Whether a block's coinbase is that of the declared job.</summary>
    public bool IsOf(FoundBlock block)
    {
        ReadOnlySpan<byte> coinbase = block.Solution.CoinbaseTx.Span;
        ReadOnlySpan<byte> head = Message.CoinbaseTxPrefix.Span;
        return coinbase.Length > head.Length + Message.CoinbaseTxSuffix.Length
            && coinbase.StartsWith(head)
            && coinbase[head.Length..].StartsWith(Prefix)
            && coinbase.EndsWith(Message.CoinbaseTxSuffix.Span);
    }

    /// <summary>Whether an extranonce, from the pool's prefix on, makes that coinbase.</summary>
    public bool IsOf(FoundBlock block, ReadOnlySpan<byte> extranonce)
    {
        int head = Message.CoinbaseTxPrefix.Length;
        return IsOf(block)
            && block.Solution.CoinbaseTx.Length == head + extranonce.Length + Message.CoinbaseTxSuffix.Length
            && block.Solution.CoinbaseTx.Span[head..].StartsWith(extranonce);
    }
}
