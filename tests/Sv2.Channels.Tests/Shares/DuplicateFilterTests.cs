using Bitcoin;
using Xunit;

namespace Sv2.Channels.Tests.Shares;

public sealed class DuplicateFilterTests
{
    private static readonly U256 TipA = U256.From(1UL);
    private static readonly U256 TipB = U256.From(2UL);

    [Fact]
    public void A_share_is_taken_once_per_tip()
    {
        var filter = new DuplicateFilter(100);
        Assert.True(filter.TryAdd(TipA, U256.From(5UL)));
        Assert.False(filter.TryAdd(TipA, U256.From(5UL)));
        Assert.True(filter.TryAdd(TipB, U256.From(5UL)));
        Assert.Equal(1, filter.Count);
    }

    [Fact]
    public void Memory_is_bounded_and_the_newer_half_is_never_forgotten()
    {
        var filter = new DuplicateFilter(1000);
        for (ulong i = 0; i < 10_000; i++)
        {
            Assert.True(filter.TryAdd(TipA, U256.From(i)));
            Assert.True(filter.Count <= 1000);
        }

        for (ulong i = 9_500; i < 10_000; i++)
            Assert.False(filter.TryAdd(TipA, U256.From(i)));
        Assert.True(filter.TryAdd(TipA, U256.From(0UL)));
    }
}
