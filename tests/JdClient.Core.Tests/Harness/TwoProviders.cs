using Sv2.Protocol.Mining;
using Xunit;

namespace JdClient.Core.Tests.Harness;

/// <summary>Solo mining with two template providers, neither of which is connected yet, and a miner without a channel.</summary>
public sealed class TwoProviders
{
    public TwoProviders()
    {
        Harness = Core(MiningMode.SoloMining);
        (First, Second) = (new FakeProvider(Harness), new FakeProvider(Harness, 1));
        Miner = Harness.Miner();
    }

    public CoreHarness Harness { get; }

    public FakeProvider First { get; }

    public FakeProvider Second { get; }

    public FakeMiner Miner { get; }

    /// <summary>A core with two providers and nothing else yet.</summary>
    public static CoreHarness Core(MiningMode mode, Func<CoreOptions, CoreOptions>? configure = null) => new(mode, configure: options =>
    {
        options = options with { TemplateProviders = ["a", "b"] };
        return configure is null ? options : configure(options);
    });

    /// <summary>The first is mined from, the second stands by.</summary>
    public void Begin()
    {
        First.Begin();
        Miner.OpenExtended();
        Second.Begin();
    }

    /// <summary>The miner's work is good.</summary>
    public void Mine()
    {
        Miner.Mine();
        Assert.Single(Harness.ToMiner<SubmitSharesSuccess>(Miner));
        Assert.Null(Miner.ClosedBecause);
    }

    public ProviderState State(int index) => Harness.Snapshot().Providers[index].State;
}
