using System.Numerics;

namespace Sv2.Channels;

/// <summary>
/// Hands out the 2-byte local prefixes that keep the search spaces of all downstream channels of the process apart
/// (design §5). Next-fit: a freed slot is not handed out again before the counter has come round, so late shares of a
/// closed channel do not meet a new one on the same space. When all slots are in use a channel cannot be opened.
/// <para>
/// The first 256 values are not used: connections of different sizes pad with zeros before the local prefix, so a prefix
/// that began with a zero could stand where another one's padding ends, and both would search the same space.
/// </para>
/// </summary>
public sealed class ExtranonceAllocator
{
    /// <summary>How many channels can be open at once.</summary>
    public const int Slots = Values - First;

    private const int Values = 1 << (8 * ExtranonceSizes.LocalPrefix);
    private const int First = 1 << 8;

    private readonly ulong[] _used = new ulong[Values / 64];
    private int _next = First;

    /// <summary>Nothing is in use.</summary>
    public ExtranonceAllocator() => _used.AsSpan(0, First / 64).Fill(ulong.MaxValue);

    /// <summary>Slots in use.</summary>
    public int InUse { get; private set; }

    /// <summary>Takes the next free slot; false when there is none.</summary>
    public bool TryAllocate(out ushort slot)
    {
        slot = 0;
        if (InUse == Slots)
            return false;
        int index = NextFree(_next);
        _used[index >> 6] |= 1UL << (index & 63);
        _next = (index + 1) % Values;
        InUse++;
        slot = (ushort)index;
        return true;
    }

    /// <summary>Gives a slot back; one that is not in use is left alone.</summary>
    public void Free(ushort slot)
    {
        ulong bit = 1UL << (slot & 63);
        if (slot < First || (_used[slot >> 6] & bit) == 0)
            return;
        _used[slot >> 6] &= ~bit;
        InUse--;
    }

    /// <summary>The local prefix of a slot as it stands in the extranonce: 2 bytes, big-endian.</summary>
    public static byte[] PrefixOf(ushort slot) => [(byte)(slot >> 8), (byte)slot];

    private int NextFree(int from)
    {
        int word = from >> 6;
        ulong free = ~_used[word] & (ulong.MaxValue << (from & 63));
        while (free == 0)
        {
            word = (word + 1) % _used.Length;
            free = ~_used[word];
        }

        return (word << 6) + BitOperations.TrailingZeroCount(free);
    }
}
