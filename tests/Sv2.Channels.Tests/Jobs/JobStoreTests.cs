using Sv2.Protocol.Mining;
using Xunit;

namespace Sv2.Channels.Tests.Jobs;

public sealed class JobStoreTests
{
    [Fact]
    public void Future_job_becomes_active_with_the_tip_that_names_its_template()
    {
        var jobs = new JobStore();
        Job other = jobs.AddFuture(Work.Template(1), Work.Cut());
        Job future = jobs.AddFuture(Work.Template(2), Work.Cut(), source: "pool");
        Assert.Null(future.ToExtended(1, 10).MinNTime);
        Assert.Throws<InvalidOperationException>(() => future.ToSetNewPrevHash(1));
        Assert.Equal(JobState.Unknown, jobs.Find(future.Id, out _));

        Job? active = jobs.SetTip(Work.Tip(), 2);
        Assert.Equal(future.Id, active!.Id);
        Assert.Equal("pool", active.Source);
        Assert.Same(active, jobs.Active);
        Assert.Equal(JobState.Live, jobs.Find(active.Id, out Job? found));
        Assert.Same(active, found);
        Assert.Equal(new SetNewPrevHash(1, active.Id, Work.Tip().PrevHash, Work.MinNTime, Work.HardNBits), active.ToSetNewPrevHash(1));

        // Dropped with the activation of another (spec 05, SetNewPrevHash).
        Assert.False(jobs.TryGet(other.Id, out _));
        Assert.Empty(jobs.Future);
    }

    [Fact]
    public void Jobs_of_the_tip_stay_live_those_of_the_last_are_stale_and_older_ones_forgotten()
    {
        JobStore jobs = Work.Jobs();
        uint first = jobs.Active!.Id;
        uint second = Work.Next(jobs).Id;
        Assert.Equal(JobState.Live, jobs.Find(first, out _));
        Assert.Equal(JobState.Live, jobs.Find(second, out _));

        jobs.AddFuture(Work.Template(3), Work.Cut());
        jobs.SetTip(Work.Tip(2), 3);
        Assert.Equal(JobState.Stale, jobs.Find(first, out Job? stale));
        Assert.Null(stale);
        Assert.Equal(JobState.Stale, jobs.Find(second, out _));

        jobs.SetTip(Work.Tip(3), 99);
        Assert.Null(jobs.Active);
        Assert.Equal(JobState.Unknown, jobs.Find(first, out _));
        Assert.Equal(JobState.Stale, jobs.Find(3, out _));
    }

    [Fact]
    public void The_same_tip_again_as_from_another_provider_leaves_jobs_live()
    {
        JobStore jobs = Work.Jobs();
        uint first = jobs.Active!.Id;
        jobs.AddFuture(Work.Template(1), Work.Cut());
        Job? second = jobs.SetTip(Work.Tip() with { MinNTime = Work.MinNTime + 5 }, 1);
        Assert.Equal(JobState.Live, jobs.Find(first, out Job? before));
        Assert.Equal(Work.MinNTime, before!.Tip!.MinNTime);
        Assert.Equal(Work.MinNTime + 5, second!.Tip!.MinNTime);
        Assert.NotEqual(first, second.Id);
    }

    [Fact]
    public void A_new_future_job_of_the_same_template_replaces_the_old_one()
    {
        var jobs = new JobStore();
        Job solo = jobs.AddFuture(Work.Template(5), Work.Cut());
        Job pool = jobs.AddFuture(Work.Template(5), Work.Cut());
        Assert.False(jobs.TryGet(solo.Id, out _));
        Assert.Equal(pool.Id, jobs.SetTip(Work.Tip(), 5)!.Id);
    }

    [Fact]
    public void Ids_are_unique_across_future_active_and_reissued_jobs()
    {
        JobStore jobs = Work.Jobs();
        Job first = jobs.Active!;
        Job reissued = jobs.Reissue(first);
        Job future = jobs.AddFuture(Work.Template(3), Work.Cut());
        Assert.Equal([1u, 2u, 3u], [first.Id, reissued.Id, future.Id]);
        Assert.Same(reissued, jobs.Active);
        Assert.Equal(first.MerkleRoot(new byte[10]), reissued.MerkleRoot(new byte[10]));
        Assert.Equal(first.Activation + 1, reissued.Activation);
    }

    [Fact]
    public void A_job_needs_a_tip_to_be_active()
    {
        var jobs = new JobStore();
        Assert.Throws<InvalidOperationException>(() => jobs.AddActive(Work.Template(1, false), Work.Cut()));
    }

    [Fact]
    public void Bounds_forget_the_oldest()
    {
        JobStore jobs = Work.Jobs();
        uint first = jobs.Active!.Id;
        for (int i = 0; i < JobStore.MaxLive; i++)
            jobs.Reissue(jobs.Active!);
        Assert.Equal(JobStore.MaxLive, jobs.Live.Count);
        Assert.Equal(JobState.Unknown, jobs.Find(first, out _));
        Assert.Equal(JobState.Live, jobs.Find(first + 1, out _));

        Job oldest = jobs.AddFuture(Work.Template(1000), Work.Cut());
        for (ulong id = 1001; id <= 1000 + JobStore.MaxFuture; id++)
            jobs.AddFuture(Work.Template(id), Work.Cut());
        Assert.Equal(JobStore.MaxFuture, jobs.Future.Count);
        Assert.False(jobs.TryGet(oldest.Id, out _));
    }
}
