using JdClient.Core.Tests.Harness;
using Sv2.Protocol;
using Sv2.Protocol.Mining;
using Xunit;

namespace JdClient.Core.Tests.Downstream;

/// <summary>Which jobs reach which channels.</summary>
public sealed class MinerJobTests
{
    [Fact]
    public void First_messages_are_success_future_job_prev_hash()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithChannel(MiningMode.SoloMining);
        Assert.Equal(
            [typeof(OpenExtendedMiningChannelSuccess), typeof(NewExtendedMiningJob), typeof(SetNewPrevHash)],
            harness.ToMiner<Sv2Message>(miner).Select(static message => message.GetType()));
        Assert.Null(Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner)).MinNTime);
        miner.OpenStandard();
        Assert.Equal(
            [typeof(OpenStandardMiningChannelSuccess), typeof(NewMiningJob), typeof(SetNewPrevHash)],
            harness.ToMiner<Sv2Message>(miner).Select(static message => message.GetType()));
    }

    [Fact]
    public void Ten_channels_of_a_connection_get_one_job_and_one_prev_hash()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithMiner();
        for (int i = 0; i < 5; i++)
        {
            miner.OpenExtended();
            miner.OpenStandard();
        }

        harness.Provider.Template(2, future: true);
        Assert.Equal(1u, Assert.Single(harness.ToMiner<Sv2Message>(miner).OfType<NewExtendedMiningJob>()).ChannelId);
        harness.Provider.Tip(2, 2);
        Assert.Equal(1u, Assert.IsType<SetNewPrevHash>(Assert.Single(harness.ToMiner<Sv2Message>(miner))).ChannelId);
        harness.Provider.Template(3, future: false);
        Assert.Equal(1u, Assert.IsType<NewExtendedMiningJob>(Assert.Single(harness.ToMiner<Sv2Message>(miner))).ChannelId);
    }

    [Fact]
    public void A_connection_that_needs_standard_jobs_gets_them_for_each_channel()
    {
        var harness = new CoreHarness(MiningMode.SoloMining);
        harness.Provider.Begin();
        FakeMiner miner = harness.Miner(standardJobs: true);
        miner.OpenStandard();
        miner.OpenStandard();
        harness.Provider.Template(2, future: true);
        NewMiningJob[] jobs = [.. harness.ToMiner<NewMiningJob>(miner)];
        Assert.Equal([2u, 3u], jobs.Select(static job => job.ChannelId));
        Assert.NotEqual(jobs[0].MerkleRoot, jobs[1].MerkleRoot);
        harness.Provider.Tip(2, 2);
        Assert.Equal([2u, 3u], harness.ToMiner<SetNewPrevHash>(miner).Select(static prevHash => prevHash.ChannelId));
        miner.OpenExtended();
        Assert.Equal(
            "extended-channels-not-supported-for-standard-jobs",
            Assert.Single(harness.ToMiner<OpenMiningChannelError>(miner)).ErrorCode);
    }

    [Fact]
    public void Job_ids_are_the_same_on_all_connections()
    {
        var harness = new CoreHarness(MiningMode.SoloMining);
        harness.Provider.Begin();
        FakeMiner first = harness.Miner();
        first.OpenExtended();
        FakeMiner second = harness.Miner();
        second.OpenExtended(minSize: 12);
        harness.Provider.Template(2, future: false);
        Assert.Equal(first.Channel.ActiveJob, second.Channel.ActiveJob);
        Assert.NotEqual(
            ((NewExtendedMiningJob)first.Channel.Jobs[first.Channel.ActiveJob!.Value]).CoinbaseTxPrefix.Length,
            ((NewExtendedMiningJob)second.Channel.Jobs[second.Channel.ActiveJob!.Value]).CoinbaseTxPrefix.Length);
        first.Mine();
        second.Mine();
        Assert.Equal(2, harness.AllReports.OfType<CoreReport.ShareAccepted>().Count());
    }
}
