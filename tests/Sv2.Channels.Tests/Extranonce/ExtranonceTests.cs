using Xunit;

namespace Sv2.Channels.Tests.Extranonce;

public sealed class ExtranonceTests
{
    [Fact]
    public void Slots_are_handed_out_in_turn_and_a_freed_one_only_after_the_round()
    {
        var allocator = new ExtranonceAllocator();
        Assert.Equal([0, 1, 2], Take(allocator, 3));
        allocator.Free(1);
        Assert.Equal([3, 4], Take(allocator, 2));
        Assert.Equal(4, allocator.InUse);
    }

    [Fact]
    public void All_slots_are_used_before_an_opening_is_refused_and_the_freed_one_is_found_again()
    {
        var allocator = new ExtranonceAllocator();
        Assert.Equal(Enumerable.Range(0, ExtranonceAllocator.Slots), Take(allocator, ExtranonceAllocator.Slots));
        Assert.False(allocator.TryAllocate(out _));
        allocator.Free(40_000);
        allocator.Free(40_000);
        Assert.Equal(ExtranonceAllocator.Slots - 1, allocator.InUse);
        Assert.Equal([40_000], Take(allocator, 1));
        Assert.False(allocator.TryAllocate(out _));
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
