using System.Collections.Immutable;
using Bitcoin;
using JdClient.Core;

namespace JdClient.Blocks;

/// <summary>
/// A whole block as nodes store and send it: header, count, coinbase with its witness, the other transactions. The parts share the
/// template's memory and are never copied together.
/// </summary>
/// <param name="Hash">The header's hash.</param>
/// <param name="Parts">The bytes, in order.</param>
internal sealed record WholeBlock(U256 Hash, ImmutableArray<ReadOnlyMemory<byte>> Parts)
{
    /// <summary>
    /// Longest serialization that is read back from disk: a block of the greatest weight has no more bytes than that (BIP141).
    /// </summary>
    internal const int MaxLength = Block.MaxWeight;

    /// <summary>Its length in bytes.</summary>
    internal long Length => Parts.Sum(part => (long)part.Length);

    /// <summary>The whole of a found block; null while its transactions are not known.</summary>
    internal static WholeBlock? Of(FoundBlock block)
    {
        if (block.Transactions is not { } transactions)
            return null;
        byte[] count = new byte[CompactSize.Length((ulong)transactions.Length + 1)];
        CompactSize.Write(count, (ulong)transactions.Length + 1);
        return new WholeBlock(block.BlockHash, [block.Header, count, block.Solution.CoinbaseTx, .. transactions]);
    }

    /// <summary>Takes serialized bytes for a block; null where they are not this block's.</summary>
    internal static WholeBlock? Of(U256 hash, ReadOnlyMemory<byte> bytes) =>
        bytes.Length > BlockHeader.Size && Sha256d.Hash(bytes.Span[..BlockHeader.Size]) == hash ? new WholeBlock(hash, [bytes]) : null;

    /// <summary>A copy in one piece.</summary>
    internal byte[] ToArray()
    {
        byte[] bytes = new byte[Length];
        int at = 0;
        foreach (ReadOnlyMemory<byte> part in Parts)
        {
            part.CopyTo(bytes.AsMemory(at));
            at += part.Length;
        }

        return bytes;
    }
}
