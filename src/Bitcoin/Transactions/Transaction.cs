using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Bitcoin;

/// <summary>A transaction, with or without witness (BIP144). Immutable; its scripts refer to the bytes it was parsed from.</summary>
/// <param name="version">nVersion.</param>
/// <param name="inputs">At least one: the serialisation cannot tell none from the SegWit marker.</param>
/// <param name="outputs">Its outputs.</param>
/// <param name="lockTime">nLockTime.</param>
public sealed class Transaction(uint version, ImmutableArray<TxIn> inputs, ImmutableArray<TxOut> outputs, uint lockTime)
{
    /// <summary>nVersion.</summary>
    public uint Version { get; } = version;

    /// <summary>The inputs.</summary>
    public ImmutableArray<TxIn> Inputs { get; } = inputs is { IsDefaultOrEmpty: false }
        ? inputs
        : throw new ArgumentException("a transaction has at least one input", nameof(inputs));

    /// <summary>The outputs.</summary>
    public ImmutableArray<TxOut> Outputs { get; } = outputs.IsDefault ? [] : outputs;

    /// <summary>nLockTime.</summary>
    public uint LockTime { get; } = lockTime;

    /// <summary>Whether any input has a witness.</summary>
    public bool HasWitness => Inputs.Any(static input => input.Witness.Length > 0);

    /// <summary>Whether its only input spends nothing.</summary>
    public bool IsCoinbase => Inputs is [{ PreviousOutput.IsNull: true }];

    /// <summary>Serialised size without witness, in bytes.</summary>
    public int BaseSize => 8 + CompactSize.Length((ulong)Inputs.Length) + Inputs.Sum(static input => input.BaseSize)
        + CompactSize.Length((ulong)Outputs.Length) + TxOutList.SizeOfItems(Outputs.AsSpan());

    /// <summary>Serialised size with witness, in bytes.</summary>
    public int TotalSize => BaseSize + (HasWitness ? 2 + Inputs.Sum(static input => input.WitnessSize) : 0);

    /// <summary>BIP141 weight: three times the base size plus the total size.</summary>
    public int Weight => (3 * BaseSize) + TotalSize;

    /// <summary>
    /// Reads one transaction, up to the last byte. Refused: truncated or trailing bytes, CompactSizes that are not
    /// minimal, no inputs, an unknown flag, and a witness serialisation in which no input has a witness. What is
    /// accepted serialises to the same bytes.
    /// </summary>
    /// <param name="bytes">The input; the transaction keeps a reference to it, so it must not change afterwards.</param>
    /// <param name="transaction">The transaction, or null.</param>
    /// <param name="error">What was wrong when there is none.</param>
    public static bool TryParse(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out Transaction? transaction, out FormatError error)
    {
        var reader = new ByteReader(bytes.Span);
        transaction = TransactionCodec.Read(ref reader, bytes);
        if (reader.Remaining > 0)
            reader.Fail($"{reader.Remaining} bytes follow the transaction");
        error = reader.Error ?? default;
        if (reader.Error is not null)
            transaction = null;
        return transaction is not null;
    }

    /// <summary>The transaction's id: hash of the serialisation without witness. Computed at each call.</summary>
    public U256 ComputeTxid() => Sha256d.Hash(Serialize(withWitness: false));

    /// <summary>Hash of the whole serialisation; equals the txid where there is no witness. Computed at each call.</summary>
    public U256 ComputeWtxid() => Sha256d.Hash(Serialize());

    /// <summary>The bytes, by default with the witness where there is one.</summary>
    public byte[] Serialize(bool withWitness = true)
    {
        bool witness = withWitness && HasWitness;
        var bytes = new byte[witness ? TotalSize : BaseSize];
        var writer = new ByteWriter(bytes);
        TransactionCodec.Write(this, ref writer, witness);
        return bytes;
    }
}
