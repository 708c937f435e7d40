namespace Bitcoin;

/// <summary>
/// BIP141's commitment to the witnesses of a block: an output of the coinbase with the script
/// <c>OP_RETURN 0x24 aa21a9ed ‖ hash</c>, where hash = SHA-256d(witness root ‖ reserved value). In the witness root the
/// coinbase counts as 0; the reserved value is the only item of the coinbase's witness.
/// </summary>
public static class WitnessCommitment
{
    /// <summary>Length of the commitment script, in bytes.</summary>
    public const int ScriptLength = 38;

    private static ReadOnlySpan<byte> Prefix => [Opcodes.Return, 0x24, 0xaa, 0x21, 0xa9, 0xed];

    /// <summary>The hash to commit to.</summary>
    /// <param name="wtxids">Of the transactions after the coinbase, in block order.</param>
    /// <param name="reservedValue">The witness reserved value; 0 in practice.</param>
    public static U256 Compute(ReadOnlySpan<U256> wtxids, U256 reservedValue)
    {
        U256[] leaves = [U256.Zero, .. wtxids];
        return Sha256d.HashPair(Merkle.Root(leaves), reservedValue);
    }

    /// <summary>The output script for a hash.</summary>
    public static Script ToScript(U256 hash)
    {
        var script = new byte[ScriptLength];
        Prefix.CopyTo(script);
        hash.WriteLittleEndian(script.AsSpan(Prefix.Length));
        return new Script(script);
    }

    /// <summary>The hash in a commitment script; null for any other script.</summary>
    public static U256? FromScript(Script script) => script.Length >= ScriptLength && script.Span.StartsWith(Prefix)
        ? U256.FromLittleEndian(script.Span[Prefix.Length..])
        : null;

    /// <summary>The hash a coinbase commits to; where several outputs qualify, that of the last one. Null when none does.</summary>
    public static U256? Find(Transaction coinbase)
    {
        for (int i = coinbase.Outputs.Length - 1; i >= 0; i--)
        {
            if (FromScript(coinbase.Outputs[i].Script) is { } hash)
                return hash;
        }

        return null;
    }

    /// <summary>The witness reserved value of a coinbase; null unless its witness is one item of 32 bytes.</summary>
    public static U256? ReservedValue(Transaction coinbase) => coinbase.Inputs[0].Witness is [{ Length: 32 } item]
        ? U256.FromLittleEndian(item.Span)
        : null;

    /// <summary>
    /// Whether the block keeps BIP141's rule: the commitment is right, or there is none and no transaction has a witness.
    /// </summary>
    public static bool IsValid(Block block)
    {
        if (Find(block.Coinbase) is not { } committed)
            return !block.Transactions.Any(static transaction => transaction.HasWitness);
        U256[] wtxids = [.. block.Transactions.Skip(1).Select(static transaction => transaction.ComputeWtxid())];
        return ReservedValue(block.Coinbase) is { } reserved && Compute(wtxids, reserved) == committed;
    }
}
