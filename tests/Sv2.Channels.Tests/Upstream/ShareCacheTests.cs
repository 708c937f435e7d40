using Bitcoin;
using CsCheck;
using Xunit;

namespace Sv2.Channels.Tests.Upstream;

public sealed class ShareCacheTests
{
    private readonly Job _first = Work.Jobs().Active!;

    private Job Second => _first with { Id = 2 };

    [Fact]
    public void Shares_of_a_job_come_out_in_the_order_in_which_they_came()
    {
        var cache = new ShareCache(10);
        Add(cache, _first, 5, 1, 9);
        Add(cache, Second, 4);
        Assert.Equal([5, 1, 9], Take(cache, 1));
        Assert.Empty(Take(cache, 1));
        Assert.Equal(1, cache.Count);
        Assert.Equal([4], Take(cache, 2));
        Assert.Equal((0UL, 0UL), (cache.DroppedWhenFull, cache.DroppedWithJob));
    }

    [Fact]
    public void When_full_the_worst_of_all_jobs_makes_room()
    {
        var cache = new ShareCache(3);
        Add(cache, _first, 5, 90);
        Add(cache, Second, 50);
        Assert.True(cache.Add(Work.Forwardable(Second, U256.From(7UL))));
        Assert.False(cache.Add(Work.Forwardable(Second, U256.From(60UL))));
        Assert.Equal((3, 2UL), (cache.Count, cache.DroppedWhenFull));
        Assert.Equal([5], Take(cache, 1));
        Assert.Equal([50, 7], Take(cache, 2));
    }

    [Fact]
    public void Taken_shares_no_longer_take_room()
    {
        var cache = new ShareCache(2);
        Add(cache, _first, 1, 2);
        Take(cache, 1);
        Add(cache, Second, 90, 80);
        Assert.Equal(0UL, cache.DroppedWhenFull);
        Assert.Equal([90, 80], Take(cache, 2));
    }

    [Fact]
    public void Drops_are_counted()
    {
        var cache = new ShareCache(10);
        Add(cache, _first, 1, 2);
        Add(cache, Second, 3);
        Assert.Equal(2, cache.DropJob(1));
        Assert.Equal(1, cache.Clear());
        Assert.Equal((0, 3UL), (cache.Count, cache.DroppedWithJob));
        Add(cache, _first, 8);
        Assert.Equal([8], Take(cache, 1));
    }

    /// <summary>Against a plain list: keeps exactly the lowest hashes, each job in arrival order, and counts the rest.</summary>
    [Fact]
    public void Any_sequence_keeps_the_best() =>
        Gen.Select(Gen.Int[1, 8], Gen.Select(Gen.Int[0, 9], Gen.UInt[1, 3], Gen.ULong[0, 1000]).List[0, 200]).Sample((capacity, steps) =>
        {
            var cache = new ShareCache(capacity);
            var model = new List<(uint Job, ulong Hash)>();
            ulong dropped = 0;
            ulong unique = 0;
            foreach ((int action, uint job, ulong random) in steps)
            {
                if (action == 0)
                {
                    Assert.Equal(model.Where(share => share.Job == job).Select(static share => (int)share.Hash), Take(cache, job));
                    model.RemoveAll(share => share.Job == job);
                    continue;
                }

                ulong hash = (random * 1000) + unique++;
                cache.Add(Work.Forwardable(_first with { Id = job }, U256.From(hash)));
                model.Add((job, hash));
                if (model.Count > capacity)
                {
                    model.Remove(model.MaxBy(static share => share.Hash));
                    dropped++;
                }

                Assert.Equal((model.Count, dropped), (cache.Count, cache.DroppedWhenFull));
            }
        });

    private static void Add(ShareCache cache, Job job, params ulong[] hashes)
    {
        foreach (ulong hash in hashes)
            Assert.True(cache.Add(Work.Forwardable(job, U256.From(hash))));
    }

    private static List<int> Take(ShareCache cache, uint job) => [.. cache.Take(job).Select(static share => (int)share.Hash.LowUInt32)];
}
