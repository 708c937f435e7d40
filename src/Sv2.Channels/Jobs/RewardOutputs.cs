using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Sv2.Channels;

/// <summary>An output that a work source wants in the coinbase.</summary>
/// <param name="Value">Sats. Of the first output of a list this is ignored: it takes what is left.</param>
/// <param name="Script">scriptPubKey.</param>
public sealed record RewardOutput(ulong Value, ReadOnlyMemory<byte> Script);

/// <summary>
/// The outputs that a work source wants in the coinbase, first the one that is paid (spec 06, 6.4.3). They precede the
/// template's own outputs, and the first takes coinbase_tx_value_remaining less what the others ask for.
/// </summary>
public sealed class RewardOutputs
{
    /// <summary>Most outputs taken from a peer; what allocates a list is bounded before it allocates.</summary>
    public const int MaxCount = 1000;

    private RewardOutputs(ImmutableArray<RewardOutput> outputs) => Outputs = outputs;

    /// <summary>The outputs; never empty.</summary>
    public ImmutableArray<RewardOutput> Outputs { get; }

    /// <summary>Everything to one script, as when mining solo.</summary>
    public static RewardOutputs PayTo(ReadOnlyMemory<byte> script) => new([new RewardOutput(0, script)]);

    /// <summary>The given outputs; null when there are none or too many.</summary>
    public static RewardOutputs? From(ImmutableArray<RewardOutput> outputs) =>
        outputs.IsDefaultOrEmpty || outputs.Length > MaxCount ? null : new RewardOutputs(outputs);

    /// <summary>
    /// Reads AllocateMiningJobToken.Success.coinbase_tx_outputs: a CompactSize count and consensus-serialized outputs.
    /// Null when it is malformed, has bytes left over, or holds no or too many outputs.
    /// </summary>
    public static RewardOutputs? TryParse(ReadOnlyMemory<byte> serialized)
    {
        ReadOnlyMemory<byte> rest = serialized;
        if (!OutputReader.TryReadCompactSize(ref rest, out ulong count) || count is 0 or > MaxCount)
            return null;
        ImmutableArray<RewardOutput>.Builder outputs = ImmutableArray.CreateBuilder<RewardOutput>();
        for (ulong i = 0; i < count; i++)
        {
            if (!OutputReader.TryReadOutput(ref rest, out ulong value, out ReadOnlyMemory<byte> script))
                return null;
            outputs.Add(new RewardOutput(value, script));
        }

        return rest.IsEmpty ? new RewardOutputs(outputs.ToImmutable()) : null;
    }

    /// <summary>What the first output gets of <paramref name="available"/> sats; false when the others ask for more.</summary>
    internal bool TryFirstValue(ulong available, out ulong value)
    {
        value = available;
        foreach (RewardOutput output in Outputs.AsSpan()[1..])
        {
            if (output.Value > value)
                return false;
            value -= output.Value;
        }

        return true;
    }
}

/// <summary>Reads consensus-serialized transaction outputs without trusting them.</summary>
internal static class OutputReader
{
    internal static bool TryReadOutput(ref ReadOnlyMemory<byte> rest, out ulong value, out ReadOnlyMemory<byte> script)
    {
        value = 0;
        script = default;
        if (rest.Length < 8)
            return false;
        value = BinaryPrimitives.ReadUInt64LittleEndian(rest.Span);
        rest = rest[8..];
        if (!TryReadCompactSize(ref rest, out ulong length) || length > (ulong)rest.Length)
            return false;
        script = rest[..(int)length];
        rest = rest[(int)length..];
        return true;
    }

    internal static bool TryReadCompactSize(ref ReadOnlyMemory<byte> rest, out ulong value)
    {
        value = 0;
        if (rest.IsEmpty)
            return false;
        ReadOnlySpan<byte> bytes = rest.Span;
        int size = bytes[0] switch { 0xff => 9, 0xfe => 5, 0xfd => 3, _ => 1 };
        if (bytes.Length < size)
            return false;
        value = size switch
        {
            1 => bytes[0],
            3 => BinaryPrimitives.ReadUInt16LittleEndian(bytes[1..]),
            5 => BinaryPrimitives.ReadUInt32LittleEndian(bytes[1..]),
            _ => BinaryPrimitives.ReadUInt64LittleEndian(bytes[1..]),
        };
        rest = rest[size..];

        // A longer form than needed is not canonical; nodes refuse it.
        return size == 1 || value >= (size == 3 ? 0xfdUL : size == 5 ? 0x1_0000UL : 0x1_0000_0000UL);
    }
}
