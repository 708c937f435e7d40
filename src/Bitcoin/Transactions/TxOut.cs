namespace Bitcoin;

/// <summary>An output of a transaction.</summary>
/// <param name="Value">Amount in satoshis.</param>
/// <param name="Script">scriptPubKey.</param>
public readonly record struct TxOut(ulong Value, Script Script)
{
    /// <summary>The smallest serialised output, in bytes.</summary>
    internal const int MinimumSize = 9;

    /// <summary>Serialised size in bytes: 8, the script's length, the script.</summary>
    public int Size => 8 + CompactSize.Length((ulong)Script.Length) + Script.Length;

    internal static TxOut Read(ref ByteReader reader, ReadOnlyMemory<byte> source)
    {
        ulong value = reader.U64("output value");
        return new TxOut(value, new Script(source[reader.VarBytes("output script")]));
    }

    internal void WriteTo(ref ByteWriter writer)
    {
        writer.U64(Value);
        writer.VarBytes(Script.Span);
    }
}
