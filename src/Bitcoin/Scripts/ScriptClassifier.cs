namespace Bitcoin;

/// <summary>The usual forms of output scripts.</summary>
public enum ScriptType
{
    /// <summary>None of the others.</summary>
    NonStandard,

    /// <summary><c>key OP_CHECKSIG</c>.</summary>
    PubKey,

    /// <summary>P2PKH.</summary>
    PubKeyHash,

    /// <summary>P2SH (BIP16).</summary>
    ScriptHash,

    /// <summary>Bare <c>m keys n OP_CHECKMULTISIG</c>.</summary>
    MultiSig,

    /// <summary><c>OP_RETURN</c> and anything: cannot be spent.</summary>
    NullData,

    /// <summary>P2WPKH (BIP141).</summary>
    WitnessPubKeyHash,

    /// <summary>P2WSH (BIP141).</summary>
    WitnessScriptHash,

    /// <summary>P2TR (BIP341).</summary>
    Taproot,

    /// <summary>A witness program of a version or length without rules yet.</summary>
    WitnessUnknown,
}

/// <summary>Tells what form an output script has.</summary>
public static class ScriptClassifier
{
    /// <summary>The form of <paramref name="script"/>.</summary>
    public static ScriptType Classify(ReadOnlySpan<byte> script)
    {
        if (TryGetWitnessProgram(script, out int version, out ReadOnlySpan<byte> program))
        {
            return (version, program.Length) switch
            {
                (0, 20) => ScriptType.WitnessPubKeyHash,
                (0, 32) => ScriptType.WitnessScriptHash,
                (0, _) => ScriptType.NonStandard,
                (1, 32) => ScriptType.Taproot,
                _ => ScriptType.WitnessUnknown,
            };
        }

        return script switch
        {
            [Opcodes.Return, ..] => ScriptType.NullData,
            [Opcodes.Dup, Opcodes.Hash160, 20, .., Opcodes.EqualVerify, Opcodes.CheckSig] when script.Length == 25 => ScriptType.PubKeyHash,
            [Opcodes.Hash160, 20, .., Opcodes.Equal] when script.Length == 23 => ScriptType.ScriptHash,
            [33, 2 or 3, .., Opcodes.CheckSig] when script.Length == 35 => ScriptType.PubKey,
            [65, 4, .., Opcodes.CheckSig] when script.Length == 67 => ScriptType.PubKey,
            _ => IsMultiSig(script) ? ScriptType.MultiSig : ScriptType.NonStandard,
        };
    }

    /// <summary>Whether the script is a witness program (BIP141): a version 0 to 16 and one direct push of 2 to 40 bytes.</summary>
    public static bool TryGetWitnessProgram(ReadOnlySpan<byte> script, out int version, out ReadOnlySpan<byte> program)
    {
        version = 0;
        program = default;
        if (script.Length is < 4 or > 42 || script[1] != script.Length - 2)
            return false;
        if (script[0] != Opcodes.Zero && !Opcodes.IsSmallNumber(script[0]))
            return false;
        version = script[0] == Opcodes.Zero ? 0 : script[0] - Opcodes.One + 1;
        program = script[2..];
        return true;
    }

    private static bool IsMultiSig(ReadOnlySpan<byte> script)
    {
        var reader = new ScriptReader(script);
        if (!reader.TryRead(out byte required, out _) || !Opcodes.IsSmallNumber(required))
            return false;
        int keys = 0;
        byte opcode;
        while (reader.TryRead(out opcode, out ReadOnlySpan<byte> data) && data.Length is 33 or 65)
            keys++;
        return Opcodes.IsSmallNumber(opcode)
            && opcode - Opcodes.One + 1 == keys
            && required <= opcode
            && reader.TryRead(out byte last, out _)
            && last == Opcodes.CheckMultiSig
            && reader.AtEnd;
    }
}
