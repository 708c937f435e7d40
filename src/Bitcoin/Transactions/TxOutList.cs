using System.Collections.Immutable;

namespace Bitcoin;

/// <summary>
/// A list of outputs by itself, in the two forms that Stratum V2 uses: with a CompactSize count before them
/// (<c>coinbase_tx_outputs</c> of AllocateMiningJobToken.Success and SetCustomMiningJob) and without one
/// (<c>coinbase_tx_outputs</c> of NewTemplate, whose count is a field of its own).
/// </summary>
public static class TxOutList
{
    /// <summary>Reads a count and as many outputs, up to the last byte. The scripts refer to <paramref name="bytes"/>.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> bytes, out ImmutableArray<TxOut> outputs, out FormatError error)
    {
        var reader = new ByteReader(bytes.Span);
        outputs = Read(ref reader, bytes, reader.Count(TxOut.MinimumSize, "output count"));
        return End(ref reader, ref outputs, out error);
    }

    /// <summary>
    /// Reads exactly <paramref name="count"/> outputs, up to the last byte. The scripts refer to <paramref name="bytes"/>.
    /// </summary>
    public static bool TryParseItems(ReadOnlyMemory<byte> bytes, uint count, out ImmutableArray<TxOut> outputs, out FormatError error)
    {
        var reader = new ByteReader(bytes.Span);
        if (count > reader.Remaining / TxOut.MinimumSize)
        {
            reader.Fail($"{count} outputs do not fit into {reader.Remaining} bytes");
            count = 0;
        }

        outputs = Read(ref reader, bytes, (int)count);
        return End(ref reader, ref outputs, out error);
    }

    /// <summary>Serialised size in bytes; the count is not part of it.</summary>
    public static int SizeOfItems(ReadOnlySpan<TxOut> outputs)
    {
        int size = 0;
        foreach (TxOut output in outputs)
            size += output.Size;
        return size;
    }

    /// <summary>The count and the outputs.</summary>
    public static byte[] Serialize(ReadOnlySpan<TxOut> outputs)
    {
        var bytes = new byte[CompactSize.Length((ulong)outputs.Length) + SizeOfItems(outputs)];
        var writer = new ByteWriter(bytes);
        writer.CompactSizeValue((ulong)outputs.Length);
        Write(ref writer, outputs);
        return bytes;
    }

    /// <summary>The outputs without a count.</summary>
    public static byte[] SerializeItems(ReadOnlySpan<TxOut> outputs)
    {
        var bytes = new byte[SizeOfItems(outputs)];
        var writer = new ByteWriter(bytes);
        Write(ref writer, outputs);
        return bytes;
    }

    internal static ImmutableArray<TxOut> Read(ref ByteReader reader, ReadOnlyMemory<byte> source, int count)
    {
        ImmutableArray<TxOut>.Builder outputs = ImmutableArray.CreateBuilder<TxOut>(count);
        for (int i = 0; i < count && reader.Error is null; i++)
            outputs.Add(TxOut.Read(ref reader, source));
        return outputs.DrainToImmutable();
    }

    internal static void Write(ref ByteWriter writer, ReadOnlySpan<TxOut> outputs)
    {
        foreach (TxOut output in outputs)
            output.WriteTo(ref writer);
    }

    private static bool End(ref ByteReader reader, ref ImmutableArray<TxOut> outputs, out FormatError error)
    {
        if (reader.Remaining > 0)
            reader.Fail($"{reader.Remaining} bytes follow the last output");
        error = reader.Error ?? default;
        if (reader.Error is null)
            return true;
        outputs = [];
        return false;
    }
}
