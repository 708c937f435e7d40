namespace Bitcoin;

/// <summary>
/// What a template provider must keep free for the outputs we add to the coinbase: the two figures of
/// CoinbaseOutputConstraints (spec 07, 7.1).
/// </summary>
/// <param name="MaxAdditionalSize">Serialised size of the outputs, in bytes.</param>
/// <param name="MaxAdditionalSigOps">Their sigop cost.</param>
public readonly record struct CoinbaseOutputReserve(uint MaxAdditionalSize, ushort MaxAdditionalSigOps)
{
    /// <summary>
    /// The reserve for <paramref name="outputs"/>. The message has 16 bits for the cost; a greater one (four fifths of a
    /// whole block) is given as 65,535.
    /// </summary>
    public static CoinbaseOutputReserve For(ReadOnlySpan<TxOut> outputs) => new(
        (uint)TxOutList.SizeOfItems(outputs),
        (ushort)Math.Min(SigOps.OutputsCost(outputs), ushort.MaxValue));
}
