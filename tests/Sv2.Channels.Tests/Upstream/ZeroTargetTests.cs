using Bitcoin;
using Xunit;

namespace Sv2.Channels.Tests.Upstream;

public sealed class ZeroTargetTests
{
    /// <summary>Only blocks meet it; infinite sums could be shown to nobody (JSON has no infinity).</summary>
    [Fact]
    public void A_pools_target_of_zero_lets_only_blocks_through_and_keeps_sums_finite()
    {
        JobStore jobs = Work.Jobs(Work.EasyNBits);
        var channel = new UpstreamChannel(3, new UpstreamExtranonce(new byte[4], 16), U256.Zero);
        channel.AddJob(9, jobs.Active!);
        Assert.Equal(ForwardVerdict.AboveTarget, channel.Forward(Work.Forwardable(jobs.Active!, U256.MaxValue), null, out _));
        Assert.Equal(ForwardVerdict.Send, channel.Forward(Work.Forwardable(jobs.Active!, U256.One), null, out _));
        Assert.True(double.IsFinite(channel.SentWork));
    }
}
