using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Bitcoin;

/// <summary>A whole block: header and transactions, the coinbase first.</summary>
/// <param name="header">The header.</param>
/// <param name="transactions">At least the coinbase.</param>
public sealed class Block(BlockHeader header, ImmutableArray<Transaction> transactions)
{
    /// <summary>The greatest weight a block may have (BIP141).</summary>
    public const int MaxWeight = 4_000_000;

    /// <summary>The greatest sigop cost a block may have (BIP141).</summary>
    public const int MaxSigOpCost = 80_000;

    /// <summary>The header.</summary>
    public BlockHeader Header { get; } = header;

    /// <summary>The transactions, the coinbase first.</summary>
    public ImmutableArray<Transaction> Transactions { get; } = transactions is { IsDefaultOrEmpty: false }
        ? transactions
        : throw new ArgumentException("a block has at least a coinbase", nameof(transactions));

    /// <summary>The first transaction.</summary>
    public Transaction Coinbase => Transactions[0];

    /// <summary>Serialised size with witnesses, in bytes.</summary>
    public int TotalSize => HeaderAndCountSize + Transactions.Sum(static transaction => transaction.TotalSize);

    /// <summary>BIP141 weight; at most <see cref="MaxWeight"/> in a valid block.</summary>
    public int Weight => (4 * HeaderAndCountSize) + Transactions.Sum(static transaction => transaction.Weight);

    private int HeaderAndCountSize => BlockHeader.Size + CompactSize.Length((ulong)Transactions.Length);

    /// <summary>
    /// Reads one block, up to the last byte, and looks at its form only: not at the proof of work, the merkle root or
    /// what the transactions do.
    /// </summary>
    /// <param name="bytes">The input; the transactions keep a reference to it, so it must not change afterwards.</param>
    /// <param name="block">The block, or null.</param>
    /// <param name="error">What was wrong when there is none.</param>
    public static bool TryParse(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out Block? block, out FormatError error)
    {
        block = null;
        var reader = new ByteReader(bytes.Span);
        ReadOnlySpan<byte> header = reader.Take(BlockHeader.Size, "block header");
        int count = reader.Count(TransactionCodec.MinimumSize, "transaction count");
        if (count == 0)
            reader.Fail("a block has at least a coinbase");
        ImmutableArray<Transaction>.Builder transactions = ImmutableArray.CreateBuilder<Transaction>(count);
        for (int i = 0; i < count && TransactionCodec.Read(ref reader, bytes) is { } transaction; i++)
            transactions.Add(transaction);
        if (reader.Remaining > 0)
            reader.Fail($"{reader.Remaining} bytes follow the block");
        error = reader.Error ?? default;
        if (reader.Error is not null)
            return false;
        block = new Block(BlockHeader.Read(header), transactions.DrainToImmutable());
        return true;
    }

    /// <summary>The merkle root of the transactions' ids, to compare with the header's. Computed at each call.</summary>
    public U256 ComputeMerkleRoot() => Merkle.Root(Transactions.Select(static transaction => transaction.ComputeTxid()).ToArray());

    /// <summary>The bytes, witnesses included.</summary>
    public byte[] Serialize()
    {
        var bytes = new byte[TotalSize];
        Header.Write(bytes);
        var writer = new ByteWriter(bytes.AsSpan(BlockHeader.Size));
        writer.CompactSizeValue((ulong)Transactions.Length);
        foreach (Transaction transaction in Transactions)
            TransactionCodec.Write(transaction, ref writer, transaction.HasWitness);
        return bytes;
    }
}
