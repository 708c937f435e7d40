using Bitcoin;
using JdClient.Core.Tests.Harness;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;
using Xunit;

namespace JdClient.Core.Tests.Upstream;

/// <summary>A pool's new target counts for later jobs (spec 05, 5.3.21): the present one is asked for again.</summary>
public sealed class UpstreamTargetTests
{
    private static readonly U256 Hard = U256.From(1);

    [Fact]
    public void The_pools_target_decides_what_is_forwarded()
    {
        (CoreHarness harness, FakeMiner miner) = Start.WithChannel();
        FakePool pool = harness.Pool();
        pool.SetUp();
        pool.GiveTokens();
        pool.OpenChannel();
        pool.Send(new SetTarget(41, U256.From(1)));
        pool.Send(new SetTarget(40, U256.From(1)));
        pool.DeclareAndAcknowledge(1);
        miner.Mine();
        Assert.Single(harness.ToMiner<SubmitSharesSuccess>(miner));
        Assert.Empty(pool.Got<SubmitSharesExtended>());
        Assert.Contains(harness.Reports, static report => report is CoreReport.SharesDropped { Cause: ShareDropCause.AbovePoolTarget });

        // For later jobs; the acknowledged one keeps its target.
        pool.Send(new SetTarget(40, U256.MaxValue));
        miner.Mine();
        Assert.Empty(pool.Got<SubmitSharesExtended>());
        harness.Provider.Template(2, future: false);
        pool.DeclareAndAcknowledge(2);
        miner.Mine();
        Assert.Single(pool.Got<SubmitSharesExtended>());
    }

    [Theory]
    [InlineData(MiningMode.FullTemplate)]
    [InlineData(MiningMode.CoinbaseOnly)]
    public void A_much_harder_target_acts_as_soon_as_the_pool_has_taken_the_present_job_again(MiningMode mode)
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Mining(mode);
        uint first = pool.Sent<SetCustomMiningJob>().Count == 1 ? 501u : 0;
        pool.Send(new SetTarget(pool.ChannelId, Hard));
        Assert.Empty(harness.Last.OfType<Effect.ToMiner>());

        // Until then the job keeps its id and its target.
        miner.Mine();
        Assert.Equal(first, Assert.Single(pool.Got<SubmitSharesExtended>()).JobId);
        pool.DeclareAndAcknowledge(1);
        Assert.Empty(harness.Last.OfType<Effect.ToMiner>());
        miner.Mine();
        Assert.Empty(pool.Got<SubmitSharesExtended>());
        Assert.Contains(harness.Reports, static report => report is CoreReport.SharesDropped { Cause: ShareDropCause.AbovePoolTarget });
        SetCustomMiningJob[] jobs = [.. pool.Sent<SetCustomMiningJob>()];
        Assert.Equal(2, jobs.Length);
        Assert.Equal(jobs[0].CoinbasePrefix.ToArray(), jobs[1].CoinbasePrefix.ToArray());

        // And back.
        pool.GiveTokens(pool.UnansweredTokens);
        harness.PassSeconds(5);
        pool.Send(new SetTarget(pool.ChannelId, U256.MaxValue));
        uint third = pool.DeclareAndAcknowledge(1);
        miner.Mine();
        Assert.Equal(third, Assert.Single(pool.Got<SubmitSharesExtended>()).JobId);
    }

    [Fact]
    public void A_block_goes_out_under_the_new_id_whatever_the_target()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Mining(MiningMode.FullTemplate, FakeProvider.EasyBits);
        pool.Send(new SetTarget(pool.ChannelId, Hard));
        uint job = pool.DeclareAndAcknowledge(1);
        miner.Mine(block: true);
        Assert.Equal(job, Assert.Single(pool.Got<SubmitSharesExtended>()).JobId);
        Assert.Single(pool.Got<PushSolution>());
        Assert.Contains(harness.Reports, static report => report is CoreReport.BlockFound { Pushed: true });
    }

    [Theory]
    [InlineData("invalid-job")]
    [InlineData("stale-chain-tip")]
    [InlineData("rate-limited")]
    public void A_pool_that_does_not_take_it_again_keeps_the_work_and_the_old_target(string code)
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Mining(MiningMode.FullTemplate);
        pool.Send(new SetTarget(pool.ChannelId, Hard));
        pool.RefuseDeclaration(code);
        Assert.Equal(RefusalDecision.KeepPresent, Assert.Single(harness.Reports.OfType<CoreReport.DeclarationRefused>()).Decision);
        miner.Mine();
        Assert.Single(pool.Got<SubmitSharesExtended>());
        harness.PassSeconds(60);
        Assert.Equal(2, pool.Sent<DeclareMiningJob>().Count);
        Assert.Equal(0, harness.Snapshot().Source.UpstreamId);
    }

    [Fact]
    public void Targets_that_change_often_or_little_cost_no_more_than_one_job_in_an_interval()
    {
        (CoreHarness harness, _, FakePool pool) = Mining(MiningMode.CoinbaseOnly);
        pool.Send(new SetTarget(pool.ChannelId, U256.MaxValue >> 8));
        pool.AcknowledgeJob();
        pool.GiveTokens(pool.UnansweredTokens);
        for (int i = 9; i < 20; i++)
            pool.Send(new SetTarget(pool.ChannelId, U256.MaxValue >> i));
        Assert.Equal(2, pool.Sent<SetCustomMiningJob>().Count);
        harness.PassSeconds(5);
        Assert.Equal(3, pool.Sent<SetCustomMiningJob>().Count);
        pool.AcknowledgeJob();
        pool.GiveTokens(pool.UnansweredTokens);
        harness.PassSeconds(10);
        pool.Send(new SetTarget(pool.ChannelId, new U256(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, (ulong.MaxValue >> 19) * 3 / 4)));
        Assert.Equal(3, pool.Sent<SetCustomMiningJob>().Count);
    }

    [Fact]
    public void The_last_token_is_kept_for_the_next_template()
    {
        (CoreHarness harness, _, FakePool pool) = Start.WithPool(refill: false);
        pool.Send(new SetTarget(pool.ChannelId, Hard));
        Assert.Single(pool.Sent<DeclareMiningJob>());
        pool.GiveTokens(pool.UnansweredTokens);
        Assert.Single(pool.Got<DeclareMiningJob>());
        Assert.Equal(0, harness.Snapshot().Source.UpstreamId);
    }

    [Fact]
    public void A_new_template_or_tip_makes_it_needless()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Mining(MiningMode.FullTemplate);
        pool.Send(new SetTarget(pool.ChannelId, U256.MaxValue >> 8));
        harness.Provider.NewBlock(2, 2);
        pool.AcknowledgeDeclaration();
        Assert.Empty(pool.Got<SetCustomMiningJob>());
        pool.GiveTokens(pool.UnansweredTokens);
        uint job = pool.DeclareAndAcknowledge(2);
        pool.Send(new SetTarget(pool.ChannelId, U256.MaxValue));
        miner.Mine();
        if (pool.Got<SubmitSharesExtended>().SingleOrDefault() is { } share)
            Assert.Equal(job, share.JobId);
        Assert.Null(miner.ClosedBecause);
    }

    [Fact]
    public void The_last_place_in_the_list_of_jobs_is_left_to_the_next_template()
    {
        (CoreHarness harness, _, FakePool pool) = Mining(MiningMode.CoinbaseOnly);
        int places = harness.Options.Limits.TemplatesPerTip + harness.Options.Limits.FutureTemplates;
        for (ulong id = 2; id <= (ulong)places; id++)
        {
            harness.Provider.Template(id, future: false);
            pool.AcknowledgeJob();
            pool.GiveTokens(pool.UnansweredTokens);
        }

        pool.Send(new SetTarget(pool.ChannelId, Hard));
        Assert.Empty(pool.Got<SetCustomMiningJob>());
    }

    private static (CoreHarness Harness, FakeMiner Miner, FakePool Pool) Mining(MiningMode mode, uint bits = FakeProvider.HardBits)
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool(mode, configure: Start.WithoutVardiff, bits: bits);
        pool.GiveTokens(pool.UnansweredTokens);
        return (harness, miner, pool);
    }
}
