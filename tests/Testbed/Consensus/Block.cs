using System.Collections.Immutable;

namespace Testbed.Consensus;

/// <summary>A whole block, coinbase first.</summary>
public sealed record Block(BlockHeader Header, ImmutableArray<RawTransaction> Transactions)
{
    /// <summary>The header's hash.</summary>
    public U256 Hash => Header.Hash();

    /// <summary>Reads a block as nodes store and send it; null when the bytes are anything else.</summary>
    public static Block? TryParse(ReadOnlyMemory<byte> bytes)
    {
        var cursor = new ByteCursor(bytes.Span);
        var header = new BlockHeader(cursor.U32(), cursor.Hash(), cursor.Hash(), cursor.U32(), cursor.U32(), cursor.U32());
        var transactions = new RawTransaction[cursor.Count(60)];
        for (int i = 0; i < transactions.Length; i++)
        {
            if (RawTransaction.Read(ref cursor, bytes) is not { } transaction)
                return null;
            transactions[i] = transaction;
        }

        return cursor.Failed || !cursor.AtEnd ? null : new Block(header, [.. transactions]);
    }
}
