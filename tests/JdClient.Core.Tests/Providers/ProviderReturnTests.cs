using JdClient.Core.Tests.Harness;
using Sv2.Protocol;
using Sv2.Protocol.Mining;
using Xunit;

namespace JdClient.Core.Tests.Providers;

/// <summary>A better provider that is back has the miners again once it has been up for its stability time.</summary>
public sealed class ProviderReturnTests
{
    private readonly TwoProviders _two = new();

    [Fact]
    public void A_better_provider_takes_the_miners_back_after_its_stability_time()
    {
        _two.Begin();
        _two.First.Lose();
        Return(_two.First);
        _two.Harness.PassSeconds(29);
        Assert.Equal(ProviderState.Standby, _two.State(0));
        Assert.Empty(_two.Harness.ToMiner<Sv2Message>(_two.Miner));
        _two.Harness.PassSeconds(2);
        Assert.Equal((ProviderState.Active, ProviderState.Standby), (_two.State(0), _two.State(1)));
        Assert.Single(_two.Harness.ToMiner<NewExtendedMiningJob>(_two.Miner));
        _two.Mine();
    }

    [Fact]
    public void A_better_provider_that_does_not_stay_is_not_mined_from()
    {
        _two.Begin();
        _two.First.Lose();
        int jobs = _two.Miner.Received.Count;
        for (int i = 0; i < 20; i++)
        {
            Return(_two.First);
            _two.Harness.PassSeconds(25);
            _two.First.Lose();
        }

        Assert.Equal(jobs, _two.Miner.Received.Count);
        Assert.Equal(ProviderState.Active, _two.State(1));
    }

    [Fact]
    public void A_better_provider_that_is_lost_again_and_again_waits_longer_for_the_miners()
    {
        _two.Begin();
        _two.First.Lose();
        Return(_two.First);
        _two.Harness.PassSeconds(31);
        Assert.Equal(ProviderState.Active, _two.State(0));
        _two.First.Lose();
        Return(_two.First);
        _two.Harness.PassSeconds(59);
        Assert.Equal(ProviderState.Standby, _two.State(0));
        _two.Harness.PassSeconds(2);
        Assert.Equal(ProviderState.Active, _two.State(0));
        Assert.Equal(5, _two.Harness.Snapshot().Counters.ProviderChanges);

        // It has stayed: that makes up for it.
        _two.Harness.PassSeconds(601);
        _two.First.Lose();
        Return(_two.First);
        _two.Harness.PassSeconds(31);
        Assert.Equal(ProviderState.Active, _two.State(0));
    }

    private void Return(FakeProvider provider)
    {
        _two.Harness.PassSeconds(5);
        provider.Begin();
    }
}
