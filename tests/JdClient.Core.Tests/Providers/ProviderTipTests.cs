using JdClient.Core.Tests.Harness;
using Sv2.Protocol;
using Xunit;

namespace JdClient.Core.Tests.Providers;

/// <summary>Providers on different tips: miners go to the newest, and back only where that is lost.</summary>
public sealed class ProviderTipTests
{
    private readonly TwoProviders _two = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Miners_never_go_back_to_an_older_tip(bool heights)
    {
        _two.First.Height = _two.Second.Height = heights ? 100u : 0;
        _two.Begin();
        _two.First.Height = heights ? 101u : 0;
        _two.First.NewBlock(2, 2);
        _two.First.Lose();
        _two.Second.Template(3, future: false);
        Assert.Empty(_two.Harness.ToMiner<Sv2Message>(_two.Miner));
        Assert.Equal(CoreHarness.Hash(2), _two.Miner.Channel.PrevHash!.PrevHash);
        _two.Mine();

        // A new channel gets the same work.
        FakeMiner late = _two.Harness.Miner();
        late.OpenExtended();
        Assert.Equal(CoreHarness.Hash(2), late.Channel.PrevHash!.PrevHash);

        _two.Second.Height = heights ? 101u : 0;
        _two.Second.NewBlock(4, 2);
        Assert.Equal(4u, _two.Harness.Snapshot().Template!.TemplateId);
        _two.Mine();
    }

    [Theory]
    [InlineData(101)]
    [InlineData(0x0300)] // after 0x02ff: the order of the bytes matters
    [InlineData(0x0d_0000)]
    public void Height_tells_an_older_tip_that_miners_have_never_been_on(uint height)
    {
        _two.First.Height = height;
        _two.Second.Height = height - 1;
        _two.First.Begin(1, 2);
        _two.Miner.OpenExtended();
        _two.Second.Begin(1, 1);
        _two.First.Lose();
        Assert.Empty(_two.Harness.ToMiner<Sv2Message>(_two.Miner));
    }

    [Fact]
    public void Work_of_a_provider_that_stays_away_gives_way_to_that_of_an_older_tip()
    {
        var harness = TwoProviders.Core(
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
        var harness = TwoProviders.Core(MiningMode.SoloMining);
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
        CoreHarness harness = TwoProviders.Core(MiningMode.SoloMining, static options => options with
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
    public void A_provider_that_stays_behind_loses_the_miners()
    {
        _two.First.Height = _two.Second.Height = 100;
        _two.Begin();
        _two.Second.Height = 101;
        _two.Second.NewBlock(2, 2);
        _two.Harness.PassSeconds(9);
        Assert.Empty(_two.Harness.ToMiner<Sv2Message>(_two.Miner));

        // A moment is nothing.
        _two.First.Height = 101;
        _two.First.NewBlock(2, 2);
        _two.Harness.PassSeconds(30);
        Assert.Equal(ProviderState.Active, _two.State(0));

        _two.Second.Height = 102;
        _two.Second.NewBlock(3, 3);
        _two.First.Template(3, future: false);
        _two.Harness.PassSeconds(11);
        Assert.Equal(CoreHarness.Hash(3), _two.Miner.Channel.PrevHash!.PrevHash);
        Assert.Equal((ProviderState.Standby, ProviderState.Active), (_two.State(0), _two.State(1)));
        Assert.Contains("behind", _two.Harness.Snapshot().Providers[0].Reason, StringComparison.Ordinal);

        // It catches up, is stable, and has them again.
        _two.First.Height = 102;
        _two.First.NewBlock(4, 3);
        Assert.Equal(ProviderState.Standby, _two.State(0));
        _two.Harness.PassSeconds(31);
        Assert.Equal(ProviderState.Active, _two.State(0));
    }

    [Fact]
    public void Miners_that_are_behind_are_not_given_to_a_better_provider_that_is_too()
    {
        CoreHarness harness = TwoProviders.Core(
            MiningMode.SoloMining, static options => options with { TemplateProviders = ["a", "b", "c"] });
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
}
