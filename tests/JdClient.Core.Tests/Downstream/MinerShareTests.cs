using JdClient.Core.Tests.Harness;
using Sv2.Protocol.Mining;
using Xunit;

namespace JdClient.Core.Tests.Downstream;

/// <summary>Answers to the shares of miners.</summary>
public sealed class MinerShareTests
{
    [Fact]
    public void Custom_jobs_and_unknown_channels_are_answered()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithChannel(MiningMode.SoloMining);
        miner.Send(new SetCustomMiningJob(2, 8, default, 0, default, 0, 0, 0, default, 0, default, 0, []));
        Assert.Equal("jd-not-supported", Assert.Single(harness.ToMiner<SetCustomMiningJobError>(miner)).ErrorCode);
        miner.Send(new SubmitSharesStandard(77, 5, 1, 1, 1, 1));
        SubmitSharesError error = Assert.Single(harness.ToMiner<SubmitSharesError>(miner));
        Assert.Equal((77u, 5u, "invalid-channel-id"), (error.ChannelId, error.SequenceNumber, error.ErrorCode));
        miner.Mine(jobId: null, change: static share => share with { JobId = 4711 });
        Assert.Equal("invalid-job-id", Assert.Single(harness.ToMiner<SubmitSharesError>(miner)).ErrorCode);
        Assert.Null(miner.ClosedBecause);
    }

    [Fact]
    public void A_share_of_the_tip_before_is_stale()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithMiner();
        uint old = miner.OpenExtended()!.ActiveJob!.Value;
        harness.Provider.NewBlock(2, 2);
        miner.Mine(change: share => share with { JobId = old });
        Assert.Equal("stale-share", Assert.Single(harness.ToMiner<SubmitSharesError>(miner)).ErrorCode);
    }

    [Fact]
    public void An_unfinished_batch_is_acknowledged_after_a_while()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithChannel(
            MiningMode.SoloMining, configure: static options => options with { ShareBatchSize = 10 });
        MinerView second = miner.OpenExtended()!;
        miner.Mine();
        uint last = miner.Mine();
        Assert.Empty(harness.ToMiner<SubmitSharesSuccess>(miner));
        harness.PassSeconds(1);
        miner.Mine(second);
        harness.PassSeconds(1.1);
        SubmitSharesSuccess success = Assert.Single(harness.ToMiner<SubmitSharesSuccess>(miner));
        Assert.Equal((2u, last, 2u), (success.ChannelId, success.LastSequenceNumber, success.NewSubmitsAcceptedCount));
        harness.PassSeconds(1);
        Assert.Equal(3u, Assert.Single(harness.ToMiner<SubmitSharesSuccess>(miner)).ChannelId);
        harness.PassSeconds(10);
        Assert.Empty(harness.ToMiner<SubmitSharesSuccess>(miner));
    }

    [Fact]
    public void A_busy_channel_does_not_keep_a_quiet_one_from_its_acknowledgement()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithMiner(static options => options with { ShareBatchSize = 10 });
        MinerView busy = miner.OpenExtended()!;
        MinerView quiet = miner.OpenExtended()!;
        miner.Mine(busy);
        miner.Mine(quiet);
        DateTimeOffset due = harness.Now + TimeSpan.FromSeconds(2);
        var acknowledged = new List<DateTimeOffset>();
        while (harness.Now < due + TimeSpan.FromSeconds(3))
        {
            miner.Mine(busy);
            harness.PassSeconds(0.1);
            if (harness.ToMiner<SubmitSharesSuccess>(miner).Any(success => success.ChannelId == quiet.Id))
                acknowledged.Add(harness.Now);
        }

        Assert.InRange(Assert.Single(acknowledged), due, due + TimeSpan.FromSeconds(0.2));
    }
}
