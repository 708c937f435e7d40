namespace Bitcoin;

/// <summary>Counts signature operations as Bitcoin Core does for its limit of 80,000 a block.</summary>
public static class SigOps
{
    /// <summary>What one legacy operation costs (BIP141).</summary>
    public const int WitnessScaleFactor = 4;

    /// <summary>What a CHECKMULTISIG counts where the number of its keys is not looked at.</summary>
    public const int MaxKeysPerMultiSig = 20;

    /// <summary>
    /// Signature operations in a script, up to the first push that goes beyond its end.
    /// </summary>
    /// <param name="script">The script.</param>
    /// <param name="accurate">Whether CHECKMULTISIG counts its keys where OP_1 to OP_16 stands before it (as in P2SH and
    /// witness scripts) instead of <see cref="MaxKeysPerMultiSig"/> always (as in inputs and outputs themselves).</param>
    public static int Count(ReadOnlySpan<byte> script, bool accurate)
    {
        int count = 0;
        byte previous = 0xff;
        var reader = new ScriptReader(script);
        while (reader.TryRead(out byte opcode, out _))
        {
            count += opcode switch
            {
                Opcodes.CheckSig or Opcodes.CheckSigVerify => 1,
                Opcodes.CheckMultiSig or Opcodes.CheckMultiSigVerify => accurate && Opcodes.IsSmallNumber(previous)
                    ? previous - Opcodes.One + 1
                    : MaxKeysPerMultiSig,
                _ => 0,
            };
            previous = opcode;
        }

        return count;
    }

    /// <summary>
    /// The sigop cost of a coinbase: it spends nothing, so only its own scripts count, as legacy operations.
    /// </summary>
    public static int CoinbaseCost(Transaction coinbase)
    {
        int cost = OutputsCost(coinbase.Outputs.AsSpan());
        foreach (TxIn input in coinbase.Inputs)
            cost += WitnessScaleFactor * Count(input.ScriptSig.Span, accurate: false);
        return cost;
    }

    /// <summary>The sigop cost that outputs add to the coinbase that has them.</summary>
    public static int OutputsCost(ReadOnlySpan<TxOut> outputs)
    {
        int cost = 0;
        foreach (TxOut output in outputs)
            cost += WitnessScaleFactor * Count(output.Script.Span, accurate: false);
        return cost;
    }
}
