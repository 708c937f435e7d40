using System.Security.Cryptography;

namespace Bitcoin;

/// <summary>The usual output scripts, made from their hash or key.</summary>
public static class OutputScripts
{
    /// <summary>P2PK: <c>key OP_CHECKSIG</c>.</summary>
    public static Script PubKey(ReadOnlySpan<byte> publicKey) => new ScriptBuilder().Push(publicKey).Op(Opcodes.CheckSig).ToScript();

    /// <summary>P2PKH of a 20-byte hash.</summary>
    public static Script PubKeyHash(ReadOnlySpan<byte> hash) =>
        new ScriptBuilder().Op(Opcodes.Dup).Op(Opcodes.Hash160).Push(hash).Op(Opcodes.EqualVerify).Op(Opcodes.CheckSig).ToScript();

    /// <summary>P2SH of a 20-byte hash.</summary>
    public static Script ScriptHash(ReadOnlySpan<byte> hash) =>
        new ScriptBuilder().Op(Opcodes.Hash160).Push(hash).Op(Opcodes.Equal).ToScript();

    /// <summary>P2SH of a script.</summary>
    public static Script PayToScriptHash(Script redeemScript) => ScriptHash(Hash160.Hash(redeemScript.Span));

    /// <summary>P2WPKH or P2WSH of a 20-byte or 32-byte hash.</summary>
    public static Script WitnessV0(ReadOnlySpan<byte> program) => new ScriptBuilder().Op(Opcodes.Zero).Push(program).ToScript();

    /// <summary>P2WSH of a script.</summary>
    public static Script PayToWitnessScriptHash(Script witnessScript) => WitnessV0(SHA256.HashData(witnessScript.Span));

    /// <summary>P2TR of an output key, which is already tweaked.</summary>
    public static Script Taproot(ReadOnlySpan<byte> outputKey) => new ScriptBuilder().Op(Opcodes.One).Push(outputKey).ToScript();
}
