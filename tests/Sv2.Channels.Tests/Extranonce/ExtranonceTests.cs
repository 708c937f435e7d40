using CsCheck;
using Xunit;

namespace Sv2.Channels.Tests.Extranonce;

public sealed class ExtranonceTests
{
    [Fact]
    public void Slots_are_handed_out_in_turn_and_a_freed_one_only_after_the_round()
    {
        var allocator = new ExtranonceAllocator();
        Assert.Equal([256, 257, 258], Take(allocator, 3));
        allocator.Free(257);
        Assert.Equal([259, 260], Take(allocator, 2));
        Assert.Equal(4, allocator.InUse);
    }

    [Fact]
    public void All_slots_are_used_before_an_opening_is_refused_and_the_freed_one_is_found_again()
    {
        var allocator = new ExtranonceAllocator();
        Assert.Equal(Enumerable.Range(256, ExtranonceAllocator.Slots), Take(allocator, ExtranonceAllocator.Slots));
        Assert.False(allocator.TryAllocate(out _));
        allocator.Free(40_000);
        allocator.Free(40_000);
        Assert.Equal(ExtranonceAllocator.Slots - 1, allocator.InUse);
        Assert.Equal([40_000], Take(allocator, 1));
        Assert.False(allocator.TryAllocate(out _));
    }

    /// <summary>Whatever the sizes of two connections, padding and a local prefix never make up what another channel searches.</summary>
    [Fact]
    public void Channels_of_different_sizes_never_share_a_search_space()
    {
        Gen<(byte[] Slots, int[] Sizes)> gen = Gen.Select(Gen.Byte.Array[2], Gen.Int[2, 14].Array[2]);
        gen.Sample(static sample =>
        {
            var allocator = new ExtranonceAllocator();
            CoinbaseCut cut = Work.Cut();
            ushort first = Nth(allocator, sample.Slots[0]);
            ushort second = Nth(allocator, sample.Slots[1]);
            byte[] one = cut.ToUpstream([.. ExtranonceAllocator.PrefixOf(first), .. new byte[sample.Sizes[0]]]);
            byte[] other = cut.ToUpstream([.. ExtranonceAllocator.PrefixOf(second), .. new byte[sample.Sizes[1]]]);

            // Common to all of a channel's shares: everything but its rollable bytes. Where the shorter one's fixed part
            // ends, the two must have differed.
            int fixedBytes = Math.Min(one.Length - sample.Sizes[0], other.Length - sample.Sizes[1]);
            Assert.False(one.AsSpan(0, fixedBytes).SequenceEqual(other.AsSpan(0, fixedBytes)));
        });
    }

    [Fact]
    public void Slot_stands_big_endian_in_the_extranonce() => Assert.Equal([0x12, 0x34], ExtranonceAllocator.PrefixOf(0x1234));

    [Theory]
    [InlineData(8, 0, 16, 8)]
    [InlineData(8, 4, 16, 8)]
    [InlineData(8, 12, 16, 12)]
    [InlineData(8, 14, 16, 14)]
    [InlineData(4, 0, 6, 4)]
    public void Rollable_size_is_the_larger_of_configured_and_asked(int reserved, int requested, int granted, int expected)
    {
        Assert.True(ExtranonceSizes.TryChooseRollable(reserved, requested, granted, out int rollable));
        Assert.Equal(expected, rollable);
    }

    [Theory]
    [InlineData(8, 15, 28)] // more than solo work could give
    [InlineData(8, 0, 9)]
    [InlineData(8, 12, 13)]
    public void Rollable_size_beyond_solo_or_the_grant_is_refused(int reserved, int requested, int granted) =>
        Assert.False(ExtranonceSizes.TryChooseRollable(reserved, requested, granted, out _));

    [Fact]
    public void Grant_must_cover_the_downstreams_and_stay_within_32_bytes()
    {
        Assert.True(new UpstreamExtranonce(new byte[16], 16).Grants(16));
        Assert.False(new UpstreamExtranonce(new byte[17], 16).Grants(16));
        Assert.False(new UpstreamExtranonce(new byte[4], 9).Grants(10));
    }

    private static ushort Nth(ExtranonceAllocator allocator, int skip)
    {
        ushort slot = 0;
        for (int i = 0; i <= skip; i++)
            Assert.True(allocator.TryAllocate(out slot));
        return slot;
    }

    private static List<int> Take(ExtranonceAllocator allocator, int count)
    {
        var slots = new List<int>(count);
        for (int i = 0; i < count; i++)
        {
            Assert.True(allocator.TryAllocate(out ushort slot));
            slots.Add(slot);
        }

        return slots;
    }
}
