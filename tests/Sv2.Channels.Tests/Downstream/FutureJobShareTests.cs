using Xunit;

namespace Sv2.Channels.Tests.Downstream;

public sealed class FutureJobShareTests
{
    [Fact]
    public void A_share_for_a_future_job_is_an_unknown_jobs_until_its_tip_comes()
    {
        JobStore jobs = Work.Jobs();
        DownstreamChannel channel = Work.Channel();
        Job future = jobs.AddFuture(Work.Template(5), Work.Cut());
        Assert.Equal(ShareVerdict.InvalidJobId, channel.Validate(Work.Share(future.Id), jobs, Work.Now).Verdict);
        jobs.SetTip(Work.Tip(2), 5);
        Assert.Equal(ShareVerdict.Valid, channel.Validate(Work.Share(future.Id), jobs, Work.Now).Verdict);
    }
}
