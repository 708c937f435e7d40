using System.Collections.Immutable;

namespace Bitcoin;

/// <summary>The bytes of a transaction: version, [00 01], inputs, outputs, [a witness per input], lock time (BIP144).</summary>
internal static class TransactionCodec
{
    private const byte SegwitMarker = 0;
    private const byte SegwitFlag = 1;

    /// <summary>Version, one input, no output, lock time: less than this is not a transaction.</summary>
    internal const int MinimumSize = 4 + 1 + TxIn.FixedSize + 1 + 1 + 4;

    /// <summary>Reads one transaction from where the reader stands; null when the reader has an error then.</summary>
    internal static Transaction? Read(ref ByteReader reader, ReadOnlyMemory<byte> source)
    {
        uint version = reader.U32("version");
        bool segwit = reader.Peek() == SegwitMarker;
        if (segwit)
            ReadMarker(ref reader);

        int start = reader.Position;
        int inputCount = reader.Count(TxIn.FixedSize + 1, "input count");
        if (inputCount == 0)
        {
            reader.Fail("a transaction has at least one input");
            return null;
        }

        var inputs = new TxIn[inputCount];
        for (int i = 0; i < inputs.Length && reader.Error is null; i++)
            inputs[i] = ReadInput(ref reader, source);
        ImmutableArray<TxOut> outputs = TxOutList.Read(ref reader, source, reader.Count(TxOut.MinimumSize, "output count"));
        if (segwit && reader.Error is null)
            ReadWitnesses(ref reader, source, inputs, start);
        uint lockTime = reader.U32("lock time");
        return reader.Error is null ? new Transaction(version, ImmutableArray.Create(inputs), outputs, lockTime) : null;
    }

    /// <summary>Writes all of it; <paramref name="witness"/> only where an input has one.</summary>
    internal static void Write(Transaction transaction, ref ByteWriter writer, bool witness)
    {
        writer.U32(transaction.Version);
        if (witness)
        {
            writer.U8(SegwitMarker);
            writer.U8(SegwitFlag);
        }

        writer.CompactSizeValue((ulong)transaction.Inputs.Length);
        foreach (TxIn input in transaction.Inputs)
        {
            writer.Hash(input.PreviousOutput.TxId);
            writer.U32(input.PreviousOutput.Index);
            writer.VarBytes(input.ScriptSig.Span);
            writer.U32(input.Sequence);
        }

        writer.CompactSizeValue((ulong)transaction.Outputs.Length);
        TxOutList.Write(ref writer, transaction.Outputs.AsSpan());
        if (witness)
        {
            foreach (TxIn input in transaction.Inputs)
            {
                writer.CompactSizeValue((ulong)input.Witness.Length);
                foreach (ReadOnlyMemory<byte> item in input.Witness)
                    writer.VarBytes(item.Span);
            }
        }

        writer.U32(transaction.LockTime);
    }

    private static void ReadMarker(ref ByteReader reader)
    {
        int flag = reader.Peek(1);
        if (flag == 0)
            reader.Fail("a transaction has at least one input");
        else if (flag > SegwitFlag)
            reader.Fail($"the SegWit flag is 0x01, not 0x{flag:x2}");
        reader.Take(2, "SegWit marker and flag");
    }

    private static TxIn ReadInput(ref ByteReader reader, ReadOnlyMemory<byte> source)
    {
        var previousOutput = new OutPoint(reader.Hash("input's txid"), reader.U32("input's output index"));
        var scriptSig = new Script(source[reader.VarBytes("scriptSig")]);
        return new TxIn(previousOutput, scriptSig, reader.U32("sequence"));
    }

    private static void ReadWitnesses(ref ByteReader reader, ReadOnlyMemory<byte> source, TxIn[] inputs, int start)
    {
        bool any = false;
        for (int i = 0; i < inputs.Length && reader.Error is null; i++)
        {
            int count = reader.Count(1, "witness item count");
            if (count == 0)
                continue;
            any = true;
            ImmutableArray<ReadOnlyMemory<byte>>.Builder items = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>(count);
            for (int j = 0; j < count && reader.Error is null; j++)
                items.Add(source[reader.VarBytes("witness item")]);
            inputs[i] = new TxIn(inputs[i].PreviousOutput, inputs[i].ScriptSig, inputs[i].Sequence, items.DrainToImmutable());
        }

        if (!any && reader.Error is null)
            reader.Fail($"superfluous witness: the SegWit form is used at position {start - 2}, but no input has a witness");
    }
}
