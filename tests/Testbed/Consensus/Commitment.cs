using System.Collections.Immutable;

namespace Testbed.Consensus;

/// <summary>The witness commitment of BIP141.</summary>
public static class Commitment
{
    private static ReadOnlySpan<byte> Marker => [0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed];

    /// <summary>The output that commits to the wtxids of a block's transactions (without the coinbase).</summary>
    public static TxOutput Output(IEnumerable<U256> wtxidsAfterCoinbase, ReadOnlySpan<byte> reservedValue)
    {
        U256 root = MerkleTree.Root([U256.Zero, .. wtxidsAfterCoinbase]);
        return new TxOutput(0, new ByteSink().Raw(Marker).Hash(Of(root, reservedValue)).ToArray());
    }

    /// <summary>The commitment of the last output that has one, or null.</summary>
    public static U256? Find(ImmutableArray<TxOutput> outputs)
    {
        for (int i = outputs.Length - 1; i >= 0; i--)
        {
            ReadOnlySpan<byte> script = outputs[i].Script.Span;
            if (script.Length >= 38 && script.StartsWith(Marker))
                return U256.FromLittleEndian(script.Slice(6, 32));
        }

        return null;
    }

    /// <summary>The committed hash of a witness merkle root.</summary>
    public static U256 Of(U256 witnessRoot, ReadOnlySpan<byte> reservedValue) =>
        Hashing.DoubleSha256(new ByteSink().Hash(witnessRoot).Raw(reservedValue).ToArray());
}
