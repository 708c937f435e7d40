namespace BitcoinCore.Ipc;

/// <summary>What the coinbase of a template must hold.</summary>
/// <param name="Version">Transaction version.</param>
/// <param name="Sequence">The input's sequence.</param>
/// <param name="ScriptSigPrefix">What the scriptSig must begin with.</param>
/// <param name="Witness">The witness reserved value, 32 bytes; empty where the node does not say.</param>
/// <param name="ValueRemaining">Sats for outputs of our own.</param>
/// <param name="RequiredOutputs">Serialised outputs that must be there.</param>
/// <param name="LockTime">Lock time.</param>
public sealed record TemplateCoinbase(
    uint Version, uint Sequence, ReadOnlyMemory<byte> ScriptSigPrefix, ReadOnlyMemory<byte> Witness, long ValueRemaining,
    IReadOnlyList<ReadOnlyMemory<byte>> RequiredOutputs, uint LockTime);
