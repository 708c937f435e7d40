using JdClient.Core.Tests.Harness;
using Sv2.Protocol;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;
using Sv2.Protocol.TemplateDistribution;
using Xunit;

namespace JdClient.Core.Tests.Providers;

/// <summary>Which provider is mined from, and what the one that stands by takes over.</summary>
public sealed class StandbyProviderTests
{
    private readonly TwoProviders _two = new();

    [Fact]
    public void Only_one_of_two_providers_is_mined_from()
    {
        _two.Begin();
        Assert.Equal(ProviderState.Active, _two.State(0));
        Assert.Equal(ProviderState.Standby, _two.State(1));
        _two.Second.Template(2, future: false);
        _two.Second.Template(3, future: true);
        _two.Second.NewBlock(4, 1);
        Assert.DoesNotContain(
            _two.Harness.All,
            effect => effect is Effect.OnLink { Message: RequestTransactionData } asked && asked.Link == _two.Second.Link);
        Assert.Empty(_two.Harness.ToMiner<Sv2Message>(_two.Miner));
        Assert.Equal(1u, _two.Harness.Snapshot().Template!.TemplateId);
    }

    [Fact]
    public void The_standby_takes_over_within_the_event_of_the_loss()
    {
        _two.Begin();
        _two.Second.Template(2, future: false, value: 5_000_000_777);
        _two.Second.Template(3, future: true);
        _two.First.Lose();
        NewExtendedMiningJob[] jobs = [.. _two.Harness.ToMiner<NewExtendedMiningJob>(_two.Miner)];
        Assert.Equal(2, jobs.Length);
        Assert.NotNull(jobs[0].MinNTime);
        Assert.Null(jobs[1].MinNTime);
        Assert.Empty(_two.Harness.ToMiner<Sv2.Protocol.Mining.SetNewPrevHash>(_two.Miner));
        Assert.Equal(5_000_000_777u, _two.Harness.Snapshot().Template!.Value);
        Assert.Equal(2u, Assert.Single(_two.Second.Got<RequestTransactionData>()).TemplateId);
        _two.Mine();

        // It is mined from like any other.
        _two.Second.Tip(3, 2);
        Assert.Equal(CoreHarness.Hash(2), _two.Miner.Channel.PrevHash!.PrevHash);
        _two.Mine();
    }

    [Fact]
    public void The_standbys_header_time_is_told_to_miners()
    {
        // A pool holds shares to the time in the custom job, which is the new provider's.
        _two.First.Begin();
        _two.Miner.OpenExtended();
        _two.Harness.PassSeconds(3);
        _two.Second.Begin();
        _two.First.Lose();
        Assert.Equal(
            (uint)_two.Harness.Now.ToUnixTimeSeconds(),
            Assert.Single(_two.Harness.ToMiner<Sv2.Protocol.Mining.SetNewPrevHash>(_two.Miner)).MinNTime);
        _two.Mine();
    }

    [Fact]
    public void A_standby_on_a_newer_tip_takes_the_miners_there()
    {
        _two.Begin();
        _two.Second.NewBlock(2, 2);
        Assert.Empty(_two.Harness.ToMiner<Sv2Message>(_two.Miner));
        _two.First.Lose();
        Assert.Equal(CoreHarness.Hash(2), _two.Miner.Channel.PrevHash!.PrevHash);
        CoreReport.TipChanged tip = Assert.Single(_two.Harness.Reports.OfType<CoreReport.TipChanged>());
        Assert.False(tip.SameTip || tip.Standby);
        _two.Mine();
    }

    [Fact]
    public void The_pool_gets_the_standbys_work_declared()
    {
        var harness = TwoProviders.Core(MiningMode.FullTemplate);
        var second = new FakeProvider(harness, 1);
        harness.Provider.Begin();
        second.Begin();
        FakeMiner miner = harness.Miner();
        miner.OpenExtended();
        FakePool pool = harness.Pool();
        pool.TakeWork(1);
        pool.GiveTokens(pool.UnansweredTokens);
        second.Template(2, future: false);
        harness.Provider.Lose();
        Assert.Equal(0, harness.Snapshot().Source.UpstreamId);
        Assert.DoesNotContain(harness.Reports, static report => report is CoreReport.WorkSourceChanged);
        Assert.Single(harness.ToMiner<NewExtendedMiningJob>(miner));
        int declared = pool.Sent<DeclareMiningJob>().Count;
        second.Transactions(2);
        Assert.Equal(declared + 1, pool.Sent<DeclareMiningJob>().Count);
        pool.AcknowledgeDeclaration();
        uint job = pool.AcknowledgeJob();
        miner.Mine();
        Assert.Equal(job, Assert.Single(pool.Got<SubmitSharesExtended>()).JobId);
    }

    [Fact]
    public void Constraints_go_to_each_connected_provider()
    {
        var harness = TwoProviders.Core(MiningMode.FullTemplate);
        var second = new FakeProvider(harness, 1);
        harness.Provider.Begin();
        second.Begin();
        harness.Miner().OpenExtended();
        FakePool pool = harness.Pool();
        pool.SetUp();
        byte[] larger = [1, 0, 0, 0, 0, 0, 0, 0, 0, 25, 0x76, 0xa9, 0x14, .. new byte[20], 0x88, 0xac];
        pool.GiveToken(larger);
        Assert.Single(harness.Provider.Got<CoinbaseOutputConstraints>());
        Assert.Single(second.Got<CoinbaseOutputConstraints>());
    }

    [Fact]
    public void Templates_of_the_same_id_are_told_apart_by_their_provider()
    {
        var harness = TwoProviders.Core(MiningMode.FullTemplate);
        var second = new FakeProvider(harness, 1);
        harness.Provider.Begin();
        second.Begin();
        harness.Miner().OpenExtended();
        FakePool pool = harness.Pool();
        pool.SetUp();
        pool.GiveTokens();
        pool.OpenChannel();
        second.Transactions(1);
        Assert.Single(harness.Reports.OfType<CoreReport.StrayMessage>());
        Assert.Equal(1, harness.Snapshot().Counters.MessagesDropped);
        Assert.Empty(pool.Sent<DeclareMiningJob>());
        harness.Provider.Transactions(1);
        Assert.Single(pool.Sent<DeclareMiningJob>());
    }

    [Fact]
    public void Only_two_that_deliver_are_kept_connected()
    {
        var harness = TwoProviders.Core(MiningMode.SoloMining, static options => options with { TemplateProviders = ["a", "b", "c"] });
        FakeProvider[] providers = [.. Enumerable.Range(0, 3).Select(index => new FakeProvider(harness, index))];
        providers[2].Begin();
        FakeMiner miner = harness.Miner();
        miner.OpenExtended();
        providers[0].Begin();
        LinkId third = providers[2].Link;

        // What is mined from is not let go before it is replaced.
        providers[1].Begin();
        Assert.DoesNotContain(harness.All, static effect => effect is Effect.CloseLink);
        harness.PassSeconds(31);
        Assert.Equal(third, Assert.Single(harness.All.OfType<Effect.CloseLink>()).Link);
        Assert.Equal(ProviderState.Active, harness.Snapshot().Providers[0].State);

        // One of the two is lost: the third is wanted again.
        providers[1].Lose();
        Assert.NotEqual(third, providers[2].Link);
        Assert.Null(miner.ClosedBecause);
    }
}
