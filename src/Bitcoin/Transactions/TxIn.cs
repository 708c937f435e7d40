using System.Collections.Immutable;

namespace Bitcoin;

/// <summary>An input of a transaction.</summary>
/// <param name="previousOutput">The output it spends.</param>
/// <param name="scriptSig">Its script; in a coinbase free data of 2 to 100 bytes.</param>
/// <param name="sequence">nSequence.</param>
/// <param name="witness">The witness stack, bottom first; empty where there is none.</param>
public sealed class TxIn(OutPoint previousOutput, Script scriptSig, uint sequence, ImmutableArray<ReadOnlyMemory<byte>> witness = default)
{
    /// <summary>Size without scriptSig and its length: outpoint and sequence.</summary>
    internal const int FixedSize = 40;

    /// <summary>The output it spends.</summary>
    public OutPoint PreviousOutput { get; } = previousOutput;

    /// <summary>Its script; in a coinbase free data of 2 to 100 bytes.</summary>
    public Script ScriptSig { get; } = scriptSig;

    /// <summary>nSequence.</summary>
    public uint Sequence { get; } = sequence;

    /// <summary>The witness stack, bottom first; empty where there is none.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> Witness { get; } = witness.IsDefault ? [] : witness;

    /// <summary>Serialised size without witness, in bytes.</summary>
    public int BaseSize => FixedSize + CompactSize.Length((ulong)ScriptSig.Length) + ScriptSig.Length;

    /// <summary>Serialised size of the witness, in bytes; 1 for an empty one.</summary>
    public int WitnessSize
    {
        get
        {
            int size = CompactSize.Length((ulong)Witness.Length);
            foreach (ReadOnlyMemory<byte> item in Witness)
                size += CompactSize.Length((ulong)item.Length) + item.Length;
            return size;
        }
    }
}
