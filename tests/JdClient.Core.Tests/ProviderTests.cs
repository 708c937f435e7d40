using JdClient.Core.Tests.Harness;
using Sv2.Protocol;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;
using Sv2.Protocol.TemplateDistribution;
using Xunit;

namespace JdClient.Core.Tests;

/// <summary>Several template providers: who is mined from, who stands by, who takes over.</summary>
public sealed class ProviderTests
{
    private readonly CoreHarness _harness;
    private readonly FakeProvider _first;
    private readonly FakeProvider _second;
    private readonly FakeMiner _miner;

    public ProviderTests()
    {
        _harness = Harness(MiningMode.SoloMining);
        (_first, _second) = (new FakeProvider(_harness), new FakeProvider(_harness, 1));
        _miner = _harness.Miner();
    }

    [Fact]
    public void Only_one_of_two_providers_is_mined_from()
    {
        Begin();
        Assert.Equal(ProviderState.Active, State(0));
        Assert.Equal(ProviderState.Standby, State(1));
        _second.Template(2, future: false);
        _second.Template(3, future: true);
        _second.NewBlock(4, 1);
        Assert.DoesNotContain(_harness.All, effect => effect is Effect.OnLink { Message: RequestTransactionData } asked && asked.Link == _second.Link);
        Assert.Empty(_harness.ToMiner<Sv2Message>(_miner));
        Assert.Equal(1u, _harness.Snapshot().Template!.TemplateId);
    }

    [Fact]
    public void The_standby_takes_over_within_the_event_of_the_loss()
    {
        Begin();
        _second.Template(2, future: false, value: 5_000_000_777);
        _second.Template(3, future: true);
        _first.Lose();
        NewExtendedMiningJob[] jobs = [.. _harness.ToMiner<NewExtendedMiningJob>(_miner)];
        Assert.Equal(2, jobs.Length);
        Assert.NotNull(jobs[0].MinNTime);
        Assert.Null(jobs[1].MinNTime);
        Assert.Empty(_harness.ToMiner<Sv2.Protocol.Mining.SetNewPrevHash>(_miner));
        Assert.Equal(5_000_000_777u, _harness.Snapshot().Template!.Value);
        Assert.Equal(2u, Assert.Single(_second.Got<RequestTransactionData>()).TemplateId);
        Mine();

        // It is mined from like any other.
        _second.Tip(3, 2);
        Assert.Equal(CoreHarness.Hash(2), _miner.Channel.PrevHash!.PrevHash);
        Mine();
    }

    [Fact]
    public void The_standbys_header_time_is_told_to_miners()
    {
        // A pool holds shares to the time in the custom job, which is the new provider's.
        _first.Begin();
        _miner.OpenExtended();
        _harness.PassSeconds(3);
        _second.Begin();
        _first.Lose();
        Assert.Equal(
            (uint)_harness.Now.ToUnixTimeSeconds(),
            Assert.Single(_harness.ToMiner<Sv2.Protocol.Mining.SetNewPrevHash>(_miner)).MinNTime);
        Mine();
    }

    [Fact]
    public void A_standby_on_a_newer_tip_takes_the_miners_there()
    {
        Begin();
        _second.NewBlock(2, 2);
        Assert.Empty(_harness.ToMiner<Sv2Message>(_miner));
        _first.Lose();
        Assert.Equal(CoreHarness.Hash(2), _miner.Channel.PrevHash!.PrevHash);
        CoreReport.TipChanged tip = Assert.Single(_harness.Reports.OfType<CoreReport.TipChanged>());
        Assert.False(tip.SameTip || tip.Standby);
        Mine();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Miners_never_go_back_to_an_older_tip(bool heights)
    {
        _first.Height = _second.Height = heights ? 100u : 0;
        Begin();
        _first.Height = heights ? 101u : 0;
        _first.NewBlock(2, 2);
        _first.Lose();
        _second.Template(3, future: false);
        Assert.Empty(_harness.ToMiner<Sv2Message>(_miner));
        Assert.Equal(CoreHarness.Hash(2), _miner.Channel.PrevHash!.PrevHash);
        Mine();

        // A new channel gets the same work.
        FakeMiner late = _harness.Miner();
        late.OpenExtended();
        Assert.Equal(CoreHarness.Hash(2), late.Channel.PrevHash!.PrevHash);

        _second.Height = heights ? 101u : 0;
        _second.NewBlock(4, 2);
        Assert.Equal(4u, _harness.Snapshot().Template!.TemplateId);
        Mine();
    }

    [Fact]
    public void Height_tells_an_older_tip_that_miners_have_never_been_on()
    {
        _first.Height = 101;
        _second.Height = 100;
        _first.Begin(1, 2);
        _miner.OpenExtended();
        _second.Begin(1, 1);
        _first.Lose();
        Assert.Empty(_harness.ToMiner<Sv2Message>(_miner));
    }

    [Fact]
    public void Work_of_a_provider_that_stays_away_gives_way_to_that_of_an_older_tip()
    {
        var harness = Harness(
            MiningMode.SoloMining,
            static options => options with { Fallback = options.Fallback with { ProviderSilence = TimeSpan.FromSeconds(20) } });
        var first = new FakeProvider(harness) { Height = 101 };
        var second = new FakeProvider(harness, 1) { Height = 100 };
        first.Begin(1, 2);
        FakeMiner miner = harness.Miner();
        miner.OpenExtended();
        second.Begin(1, 1);
        first.Lose();
        harness.PassSeconds(19);
        Assert.Empty(harness.ToMiner<Sv2Message>(miner));
        second.Template(2, future: false);
        harness.PassSeconds(2);
        Assert.Equal(CoreHarness.Hash(1), miner.Channel.PrevHash!.PrevHash);
    }

    [Fact]
    public void A_provider_that_is_back_on_an_older_tip_is_mined_from_soon_as_its_node_has_lost_the_newer_one()
    {
        var harness = Harness(MiningMode.SoloMining);
        var only = new FakeProvider(harness) { Height = 101 };
        only.Begin(1, 2);
        FakeMiner miner = harness.Miner();
        miner.OpenExtended();
        only.Lose();
        harness.PassSeconds(5);
        only.Height = 100;
        only.Begin(2, 1);
        Assert.Empty(harness.ToMiner<Sv2Message>(miner));

        harness.PassSeconds(4);

        Assert.Equal(CoreHarness.Hash(1), miner.Channel.PrevHash!.PrevHash);
    }

    [Fact]
    public void Of_older_tips_the_newest_is_gone_back_to()
    {
        CoreHarness harness = Harness(MiningMode.SoloMining, static options => options with
        {
            TemplateProviders = ["a", "b", "c"],
            Fallback = options.Fallback with { ProviderSilence = TimeSpan.FromSeconds(20) },
        });
        FakeProvider[] providers = [.. Enumerable.Range(0, 3).Select(index => new FakeProvider(harness, index))];
        for (uint i = 0; i < 3; i++)
            providers[i].Height = 100 + i;
        providers[2].Begin(1, 3);
        FakeMiner miner = harness.Miner();
        miner.OpenExtended();
        providers[1].Begin(1, 2);
        providers[2].Lose();
        harness.PassSeconds(18);
        providers[0].Begin(1, 1);
        providers[1].Template(2, future: false);
        harness.PassSeconds(3);
        Assert.Equal(CoreHarness.Hash(2), miner.Channel.PrevHash!.PrevHash);
    }

    [Fact]
    public void A_better_provider_takes_the_miners_back_after_its_stability_time()
    {
        Begin();
        _first.Lose();
        Return(_first);
        _harness.PassSeconds(29);
        Assert.Equal(ProviderState.Standby, State(0));
        Assert.Empty(_harness.ToMiner<Sv2Message>(_miner));
        _harness.PassSeconds(2);
        Assert.Equal((ProviderState.Active, ProviderState.Standby), (State(0), State(1)));
        Assert.Single(_harness.ToMiner<NewExtendedMiningJob>(_miner));
        Mine();
    }

    [Fact]
    public void A_better_provider_that_does_not_stay_is_not_mined_from()
    {
        Begin();
        _first.Lose();
        int jobs = _miner.Received.Count;
        for (int i = 0; i < 20; i++)
        {
            Return(_first);
            _harness.PassSeconds(25);
            _first.Lose();
        }

        Assert.Equal(jobs, _miner.Received.Count);
        Assert.Equal(ProviderState.Active, State(1));
    }

    [Fact]
    public void A_better_provider_that_is_lost_again_and_again_waits_longer_for_the_miners()
    {
        Begin();
        _first.Lose();
        Return(_first);
        _harness.PassSeconds(31);
        Assert.Equal(ProviderState.Active, State(0));
        _first.Lose();
        Return(_first);
        _harness.PassSeconds(59);
        Assert.Equal(ProviderState.Standby, State(0));
        _harness.PassSeconds(2);
        Assert.Equal(ProviderState.Active, State(0));
        Assert.Equal(5, _harness.Snapshot().Counters.ProviderChanges);

        // It has stayed: that makes up for it.
        _harness.PassSeconds(601);
        _first.Lose();
        Return(_first);
        _harness.PassSeconds(31);
        Assert.Equal(ProviderState.Active, State(0));
    }

    [Fact]
    public void A_provider_that_stays_behind_loses_the_miners()
    {
        _first.Height = _second.Height = 100;
        Begin();
        _second.Height = 101;
        _second.NewBlock(2, 2);
        _harness.PassSeconds(9);
        Assert.Empty(_harness.ToMiner<Sv2Message>(_miner));

        // A moment is nothing.
        _first.Height = 101;
        _first.NewBlock(2, 2);
        _harness.PassSeconds(30);
        Assert.Equal(ProviderState.Active, State(0));

        _second.Height = 102;
        _second.NewBlock(3, 3);
        _first.Template(3, future: false);
        _harness.PassSeconds(11);
        Assert.Equal(CoreHarness.Hash(3), _miner.Channel.PrevHash!.PrevHash);
        Assert.Equal((ProviderState.Standby, ProviderState.Active), (State(0), State(1)));
        Assert.Contains("behind", _harness.Snapshot().Providers[0].Reason, StringComparison.Ordinal);

        // It catches up, is stable, and has them again.
        _first.Height = 102;
        _first.NewBlock(4, 3);
        Assert.Equal(ProviderState.Standby, State(0));
        _harness.PassSeconds(31);
        Assert.Equal(ProviderState.Active, State(0));
    }

    [Fact]
    public void Miners_that_are_behind_are_not_given_to_a_better_provider_that_is_too()
    {
        CoreHarness harness = Harness(MiningMode.SoloMining, static options => options with { TemplateProviders = ["a", "b", "c"] });
        FakeProvider[] providers = [.. Enumerable.Range(0, 3).Select(index => new FakeProvider(harness, index) { Height = 100 })];
        providers[2].Begin();
        FakeMiner miner = harness.Miner();
        miner.OpenExtended();
        providers[0].Begin();
        harness.PassSeconds(25);
        providers[1].Height = 101;
        providers[1].Begin(2, 2);

        // The first becomes stable meanwhile.
        harness.PassSeconds(11);
        Assert.Equal(CoreHarness.Hash(2), miner.Channel.PrevHash!.PrevHash);
    }

    [Fact]
    public void A_silent_provider_is_asked_and_stays_if_it_answers()
    {
        CoreHarness harness = Silent(out FakeProvider first, out FakeMiner miner);
        LinkId link = first.Link;
        for (uint i = 0; i < 5; i++)
        {
            harness.PassSeconds(121);
            Assert.Single(harness.Reports.OfType<CoreReport.ProviderAsked>());
            Assert.Single(first.Got<CoinbaseOutputConstraints>());
            first.NewBlock(10 + i, 1);
        }

        Assert.Equal(link, first.Link);
        Assert.Null(miner.ClosedBecause);
    }

    [Fact]
    public void A_silent_provider_that_gives_no_template_is_replaced()
    {
        CoreHarness harness = Silent(out FakeProvider first, out FakeMiner miner);
        LinkId link = first.Link;
        harness.PassSeconds(119);
        var second = new FakeProvider(harness, 1);
        second.Begin(7, 1);
        harness.PassSeconds(2);
        Assert.Single(first.Got<CoinbaseOutputConstraints>());
        harness.PassSeconds(21);
        Assert.Contains(harness.Last, effect => effect is Effect.CloseLink close && close.Link == link);
        Assert.Equal(7u, harness.Snapshot().Template!.TemplateId);
        Assert.NotEqual(link, first.Link);
        Assert.Contains(
            harness.Reports,
            static report => report is CoreReport.ProviderChanged { Index: 0, State: ProviderState.Waiting } lost
                && lost.Reason.Contains("asked", StringComparison.Ordinal));
        Assert.Null(miner.ClosedBecause);
    }

    [Fact]
    public void A_better_provider_that_may_be_gone_is_not_mined_from()
    {
        // sv2-tp stays connected when its node goes.
        var harness = Harness(
            MiningMode.SoloMining,
            static options => options with { Fallback = new FallbackOptions { ProviderSilence = TimeSpan.FromSeconds(25) } });
        var second = new FakeProvider(harness, 1);
        second.Begin();
        harness.Miner().OpenExtended();
        harness.Provider.Begin();
        harness.PassSeconds(20);
        second.Template(2, future: false);
        harness.PassSeconds(12);
        Assert.Equal(2u, harness.Snapshot().Template!.TemplateId);
        harness.Provider.NewBlock(9, 1);
        Assert.Equal(9u, harness.Snapshot().Template!.TemplateId);
    }

    [Fact]
    public void A_pool_on_another_tip_is_a_reason_to_ask_and_no_more()
    {
        var harness = Harness(MiningMode.CoinbaseOnly);
        harness.Provider.Begin();
        FakeMiner miner = harness.Miner();
        miner.OpenExtended();
        FakePool pool = harness.Pool();
        pool.TakeWork(1);

        // At every block one of the two hears of it first.
        pool.Send(PoolTip(2));
        harness.PassSeconds(5);
        harness.Provider.NewBlock(2, 2);
        pool.GiveTokens(pool.UnansweredTokens);
        pool.AcknowledgeJob();
        pool.GiveTokens(pool.UnansweredTokens);
        harness.PassSeconds(20);
        Assert.DoesNotContain(harness.AllReports, static report => report is CoreReport.ProviderAsked);

        // A pool that is behind tells nothing.
        pool.Send(PoolTip(1));
        harness.PassSeconds(20);
        Assert.DoesNotContain(harness.AllReports, static report => report is CoreReport.ProviderAsked);

        pool.Send(PoolTip(3));
        harness.PassSeconds(11);
        Assert.Single(harness.Reports.OfType<CoreReport.ProviderAsked>());
        LinkId link = harness.Provider.Link;
        harness.Provider.NewBlock(3, 2);
        pool.AcknowledgeJob();
        pool.GiveTokens(pool.UnansweredTokens);
        harness.PassSeconds(60);
        Assert.Equal(link, harness.Provider.Link);
        Assert.Equal(0, harness.Snapshot().Source.UpstreamId);
    }

    [Fact]
    public void Only_two_that_deliver_are_kept_connected()
    {
        var harness = Harness(MiningMode.SoloMining, static options => options with { TemplateProviders = ["a", "b", "c"] });
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

    [Fact]
    public void The_pool_gets_the_standbys_work_declared()
    {
        var harness = Harness(MiningMode.FullTemplate);
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
        var harness = Harness(MiningMode.FullTemplate);
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
        var harness = Harness(MiningMode.FullTemplate);
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

    private static CoreHarness Harness(MiningMode mode, Func<CoreOptions, CoreOptions>? configure = null) => new(mode, configure: options =>
    {
        options = options with { TemplateProviders = ["a", "b"] };
        return configure is null ? options : configure(options);
    });

    private static CoreHarness Silent(out FakeProvider first, out FakeMiner miner)
    {
        var harness = Harness(MiningMode.SoloMining, static options => options with { Fallback = new FallbackOptions() });
        first = harness.Provider;
        first.Begin();
        miner = harness.Miner();
        miner.OpenExtended();
        return harness;
    }

    private static Sv2.Protocol.Mining.SetNewPrevHash PoolTip(uint block) =>
        new(40, 1, CoreHarness.Hash(block), 1, FakeProvider.HardBits);

    private void Begin()
    {
        _first.Begin();
        _miner.OpenExtended();
        _second.Begin();
    }

    private void Return(FakeProvider provider)
    {
        _harness.PassSeconds(5);
        provider.Begin();
    }

    private void Mine()
    {
        _miner.Mine();
        Assert.Single(_harness.ToMiner<SubmitSharesSuccess>(_miner));
        Assert.Null(_miner.ClosedBecause);
    }

    private ProviderState State(int index) => _harness.Snapshot().Providers[index].State;
}
