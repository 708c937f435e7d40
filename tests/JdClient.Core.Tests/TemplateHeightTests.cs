using JdClient.Core.Tests.Harness;
using Sv2.Protocol.Mining;
using Sv2.Protocol.TemplateDistribution;
using Xunit;

namespace JdClient.Core.Tests;

/// <summary>
/// A template that is no future one, of another height than the tip that was announced: sv2-tp sends it to all but one of its clients
/// when a block comes, without a prev-hash. A block of it on the old prev-hash would be invalid.
/// </summary>
public sealed class TemplateHeightTests
{
    private readonly CoreHarness _harness = new(MiningMode.SoloMining);
    private readonly FakeMiner _miner;

    public TemplateHeightTests()
    {
        _harness.Provider.Height = 100;
        _harness.Provider.Begin();
        _miner = _harness.Miner();
        _miner.OpenExtended();
        _harness.PassSeconds(10);
    }

    [Theory]
    [InlineData(101)]
    [InlineData(99)]
    public void It_is_not_mined_on_the_old_prev_hash_and_the_provider_is_asked_for_the_new_one(uint height)
    {
        uint? job = _miner.Channel.ActiveJob;
        _harness.Provider.Height = height;
        _harness.Provider.Template(2, future: false);
        Assert.All(_harness.ToMiner<NewExtendedMiningJob>(_miner), static job => Assert.Null(job.MinNTime));
        Assert.Equal(job, _miner.Channel.ActiveJob);
        Assert.Single(_harness.Provider.Got<CoinbaseOutputConstraints>());
        Assert.Single(_harness.Reports.OfType<CoreReport.TemplateRefused>());

        // What sv2-tp answers with.
        _harness.Provider.NewBlock(3, 2);
        Assert.Equal(CoreHarness.Hash(2), _miner.Channel.PrevHash!.PrevHash);
        _harness.Provider.Template(4, future: false);
        Assert.Single(_harness.ToMiner<NewExtendedMiningJob>(_miner));
    }

    [Fact]
    public void A_provider_that_sends_such_templates_only_is_asked_again_but_not_without_pause()
    {
        _harness.Provider.Height = 101;
        _harness.Provider.Template(2, future: false);
        _harness.Provider.Template(3, future: false);
        Assert.Empty(_harness.Provider.Got<CoinbaseOutputConstraints>());
        _harness.PassSeconds(5);
        Assert.Single(_harness.Provider.Got<CoinbaseOutputConstraints>());
        _harness.PassSeconds(60);
        Assert.Empty(_harness.Provider.Got<CoinbaseOutputConstraints>());
    }

    [Fact]
    public void It_is_mined_when_its_prev_hash_comes_after_all()
    {
        _harness.Provider.Height = 101;
        _harness.Provider.Template(2, future: false);
        _harness.Provider.Tip(2, 2);
        Assert.Equal(CoreHarness.Hash(2), _miner.Channel.PrevHash!.PrevHash);
        Assert.NotNull(_miner.Channel.ActiveJob);
    }

    [Fact]
    public void One_of_the_announced_tips_height_is_mined_at_once()
    {
        _harness.Provider.Template(2, future: false);
        Assert.Single(_harness.ToMiner<NewExtendedMiningJob>(_miner));
        Assert.Empty(_harness.Provider.Got<CoinbaseOutputConstraints>());
    }
}
