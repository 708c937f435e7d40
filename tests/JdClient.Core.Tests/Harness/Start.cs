namespace JdClient.Core.Tests.Harness;

/// <summary>Where most tests begin: what has happened before the events that they are about.</summary>
public static class Start
{
    /// <summary>Targets change only when a miner says something new.</summary>
    public static CoreOptions WithoutVardiff(CoreOptions options) => options with { VardiffInterval = TimeSpan.FromDays(1) };

    /// <summary>Solo mining, with work; the miner is set up and has no channel yet.</summary>
    public static (CoreHarness Harness, FakeMiner Miner) WithMiner(Func<CoreOptions, CoreOptions>? configure = null)
    {
        var harness = new CoreHarness(MiningMode.SoloMining, configure: configure);
        harness.Provider.Begin();
        return (harness, harness.Miner());
    }

    /// <summary>The miner mines on one extended channel; the pools, where there are any, have not answered yet.</summary>
    public static (CoreHarness Harness, FakeMiner Miner) WithChannel(
        MiningMode mode = MiningMode.FullTemplate,
        int upstreams = 1,
        Func<CoreOptions, CoreOptions>? configure = null,
        bool standby = false,
        uint bits = FakeProvider.HardBits)
    {
        var harness = new CoreHarness(mode, upstreams, configure, standby);
        harness.Provider.Bits = bits;
        harness.Provider.Begin();
        FakeMiner miner = harness.Miner();
        miner.OpenExtended();
        return (harness, miner);
    }

    /// <summary>As with a channel, on a network where every second hash is a block.</summary>
    public static (CoreHarness Harness, FakeMiner Miner) WithBlocks(
        MiningMode mode = MiningMode.SoloMining, Func<CoreOptions, CoreOptions>? configure = null) =>
        WithChannel(mode, configure: configure, bits: FakeProvider.EasyBits);

    /// <summary>The miner mines for the first pool: template 1, upstream job 501.</summary>
    /// <param name="mode">Any but solo mining.</param>
    /// <param name="upstreams">How many pools there are.</param>
    /// <param name="configure">Other options.</param>
    /// <param name="bits">The network's target.</param>
    /// <param name="refill">Whether the declarator has also given the tokens that were asked for when the first ones were used.</param>
    public static (CoreHarness Harness, FakeMiner Miner, FakePool Pool) WithPool(
        MiningMode mode = MiningMode.FullTemplate,
        int upstreams = 1,
        Func<CoreOptions, CoreOptions>? configure = null,
        uint bits = FakeProvider.HardBits,
        bool refill = true)
    {
        (CoreHarness harness, FakeMiner miner) = WithChannel(mode, upstreams, configure, bits: bits);
        FakePool pool = harness.Pool();
        pool.TakeWork(1);
        if (refill)
            pool.GiveTokens(pool.UnansweredTokens);
        return (harness, miner, pool);
    }
}
