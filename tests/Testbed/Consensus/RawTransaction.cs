using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Testbed.Consensus;

/// <summary>An input as it stands in a transaction.</summary>
public sealed record TxInput(
    U256 PreviousTxid, uint PreviousIndex, ReadOnlyMemory<byte> ScriptSig, uint Sequence, ImmutableArray<ReadOnlyMemory<byte>> Witness);

/// <summary>An output; the value is in satoshis.</summary>
public sealed record TxOutput(ulong Value, ReadOnlyMemory<byte> Script)
{
    /// <summary>Value, script length, script.</summary>
    public byte[] Serialize() => new ByteSink().U64(Value).Prefixed(Script.Span).ToArray();
}

/// <summary>A transaction with the bytes it was read from.</summary>
public sealed class RawTransaction
{
    private RawTransaction(
        ReadOnlyMemory<byte> bytes, byte[] stripped, uint version, ImmutableArray<TxInput> inputs, ImmutableArray<TxOutput> outputs,
            uint lockTime)
    {
        (Bytes, Version, Inputs, Outputs, LockTime) = (bytes, version, inputs, outputs, lockTime);
        Txid = Hashing.DoubleSha256(stripped);
        Wtxid = Hashing.DoubleSha256(bytes.Span);
        Weight = (stripped.Length * 3) + bytes.Length;
    }

    /// <summary>The whole serialization, witness included.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    public uint Version { get; }

    public ImmutableArray<TxInput> Inputs { get; }

    public ImmutableArray<TxOutput> Outputs { get; }

    public uint LockTime { get; }

    public U256 Txid { get; }

    public U256 Wtxid { get; }

    /// <summary>BIP141 weight units.</summary>
    public int Weight { get; }

    public bool HasWitness => Inputs.Any(input => !input.Witness.IsEmpty);

    /// <summary>BIP141: a coinbase spends the null outpoint.</summary>
    public bool IsCoinbase => Inputs is [{ PreviousIndex: uint.MaxValue } only] && only.PreviousTxid == U256.Zero;

    /// <summary>Reads one transaction that fills <paramref name="bytes"/> exactly.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out RawTransaction? transaction)
    {
        var cursor = new ByteCursor(bytes.Span);
        transaction = Read(ref cursor, bytes);
        if (transaction is not null && !cursor.AtEnd)
            transaction = null;
        return transaction is not null;
    }

    /// <summary>Reads a CompactSize count and that many outputs; null when the bytes are anything else.</summary>
    public static ImmutableArray<TxOutput>? TryParseOutputs(ReadOnlySpan<byte> bytes)
    {
        var cursor = new ByteCursor(bytes);
        ImmutableArray<TxOutput> outputs = ReadOutputs(ref cursor);
        return cursor.Failed || !cursor.AtEnd ? null : outputs;
    }

    /// <summary>Builds a transaction from its parts.</summary>
    public static RawTransaction Build(uint version, ImmutableArray<TxInput> inputs, ImmutableArray<TxOutput> outputs, uint lockTime)
    {
        bool witness = inputs.Any(input => !input.Witness.IsEmpty);
        byte[] stripped = Write(version, inputs, outputs, lockTime, false);
        return new RawTransaction(witness ? Write(version, inputs, outputs, lockTime, true) : stripped, stripped, version, inputs, outputs,
            lockTime);
    }

    internal static RawTransaction? Read(ref ByteCursor cursor, ReadOnlyMemory<byte> source)
    {
        int start = cursor.Position;
        uint version = cursor.U32();
        bool witness = cursor.Peek(0) == 0;
        if (witness && (cursor.U8() != 0 || cursor.U8() != 1))
            return null;

        int inputCount = cursor.Count(41);
        var inputs = new TxInput[inputCount];
        for (int i = 0; i < inputCount && !cursor.Failed; i++)
            inputs[i] = new TxInput(cursor.Hash(), cursor.U32(), cursor.Bytes().ToArray(), cursor.U32(), []);
        ImmutableArray<TxOutput> outputs = ReadOutputs(ref cursor);
        for (int i = 0; witness && i < inputCount && !cursor.Failed; i++)
        {
            var items = new ReadOnlyMemory<byte>[cursor.Count(1)];
            for (int k = 0; k < items.Length && !cursor.Failed; k++)
                items[k] = cursor.Bytes().ToArray();
            inputs[i] = inputs[i] with { Witness = [.. items] };
        }

        uint lockTime = cursor.U32();
        if (cursor.Failed || inputCount == 0 || outputs.IsEmpty)
            return null;
        if (witness && inputs.All(input => input.Witness.IsEmpty))
            return null; // BIP144: the extended form without any witness is superfluous and refused by nodes.
        ImmutableArray<TxInput> all = [.. inputs];
        return new RawTransaction(source[start..cursor.Position], Write(version, all, outputs, lockTime, false), version, all, outputs,
            lockTime);
    }

    private static ImmutableArray<TxOutput> ReadOutputs(ref ByteCursor cursor)
    {
        var outputs = new TxOutput[cursor.Count(9)];
        for (int i = 0; i < outputs.Length && !cursor.Failed; i++)
            outputs[i] = new TxOutput(cursor.U64(), cursor.Bytes().ToArray());
        return cursor.Failed ? [] : [.. outputs];
    }

    private static byte[] Write(
        uint version, ImmutableArray<TxInput> inputs, ImmutableArray<TxOutput> outputs, uint lockTime, bool witness)
    {
        ByteSink sink = new ByteSink().U32(version);
        if (witness)
            sink.U8(0).U8(1);
        sink.CompactSize(inputs.Length);
        foreach (TxInput input in inputs)
            sink.Hash(input.PreviousTxid).U32(input.PreviousIndex).Prefixed(input.ScriptSig.Span).U32(input.Sequence);
        sink.CompactSize(outputs.Length);
        foreach (TxOutput output in outputs)
            sink.Raw(output.Serialize());
        foreach (TxInput input in witness ? inputs : [])
        {
            sink.CompactSize(input.Witness.Length);
            foreach (ReadOnlyMemory<byte> item in input.Witness)
                sink.Prefixed(item.Span);
        }

        return sink.U32(lockTime).ToArray();
    }
}
