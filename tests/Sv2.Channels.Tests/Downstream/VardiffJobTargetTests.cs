using Bitcoin;
using Xunit;

namespace Sv2.Channels.Tests.Downstream;

public sealed class VardiffJobTargetTests
{
    /// <summary>A target counts for later jobs; until one comes, the miner's shares prove what the job before asks for.</summary>
    [Fact]
    public void Shares_of_a_job_with_the_former_target_count_for_the_estimate()
    {
        JobStore jobs = Work.Jobs();
        DownstreamChannel channel = Work.Channel(Work.Options() with { VardiffEnabled = true });
        DateTimeOffset now = Work.Now;
        Assert.True(channel.Update(1e9, U256.MaxValue, jobs, now));
        for (uint nonce = 0; nonce < 2000; nonce++)
        {
            now += TimeSpan.FromMilliseconds(10);
            Assert.Equal(ShareVerdict.Valid, channel.Submit(Work.Share(1, nonce), jobs, now, out _).Verdict);
        }

        // Each of them took one hash.
        Assert.InRange(channel.HashRate, 70, 140);
    }
}
