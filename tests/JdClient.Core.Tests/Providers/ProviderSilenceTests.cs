using JdClient.Core.Tests.Harness;
using Sv2.Protocol.TemplateDistribution;
using Xunit;

namespace JdClient.Core.Tests.Providers;

/// <summary>A provider that says nothing may be gone: it is asked, and replaced if it does not answer.</summary>
public sealed class ProviderSilenceTests
{
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
        var harness = TwoProviders.Core(
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
        var harness = TwoProviders.Core(MiningMode.CoinbaseOnly);
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

    private static CoreHarness Silent(out FakeProvider first, out FakeMiner miner)
    {
        var harness = TwoProviders.Core(MiningMode.SoloMining, static options => options with { Fallback = new FallbackOptions() });
        first = harness.Provider;
        first.Begin();
        miner = harness.Miner();
        miner.OpenExtended();
        return harness;
    }

    private static Sv2.Protocol.Mining.SetNewPrevHash PoolTip(uint block) =>
        new(40, 1, CoreHarness.Hash(block), 1, FakeProvider.HardBits);
}
