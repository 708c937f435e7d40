using System.Collections.Immutable;
using Bitcoin;

namespace Sv2.Channels;

/// <summary>
/// The outputs that a work source wants in the coinbase, first the one that is paid (spec 06, AllocateMiningJobToken.Success).
/// They precede the template's own outputs. The first takes coinbase_tx_value_remaining less what the others ask for;
/// the value it came with is ignored.
/// </summary>
public sealed class RewardOutputs
{
    private RewardOutputs(ImmutableArray<TxOut> outputs) => Outputs = outputs;

    /// <summary>The outputs; never empty.</summary>
    public ImmutableArray<TxOut> Outputs { get; }

    /// <summary>Everything to one script, as when mining solo.</summary>
    public static RewardOutputs PayTo(Script script) => new([new TxOut(0, script)]);

    /// <summary>The given outputs; null when there are none.</summary>
    public static RewardOutputs? From(ImmutableArray<TxOut> outputs) => outputs.IsDefaultOrEmpty ? null : new RewardOutputs(outputs);

    /// <summary>
    /// Reads AllocateMiningJobToken.Success.coinbase_tx_outputs: a CompactSize count and consensus-serialized outputs.
    /// Null when it is malformed, has bytes left over, or holds no output.
    /// </summary>
    public static RewardOutputs? TryParse(ReadOnlyMemory<byte> coinbaseTxOutputs) =>
        TxOutList.TryParse(coinbaseTxOutputs, out ImmutableArray<TxOut> outputs, out _) ? From(outputs) : null;

    /// <summary>The outputs with <paramref name="available"/> sats given out; null when those after the first ask for more.</summary>
    internal ImmutableArray<TxOut>? Allocate(ulong available)
    {
        foreach (TxOut output in Outputs.AsSpan()[1..])
        {
            if (output.Value > available)
                return null;
            available -= output.Value;
        }

        return Outputs.SetItem(0, Outputs[0] with { Value = available });
    }
}
