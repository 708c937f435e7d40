using JdClient.Core.Tests.Harness;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;
using Xunit;

namespace JdClient.Core.Tests.Blocks;

/// <summary>Work on templates whose transactions do not come.</summary>
public sealed class IncompleteWorkTests
{
    [Fact]
    public void Miners_who_are_back_on_an_acknowledged_job_stay_there_when_the_provider_is_lost()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool();
        harness.Provider.Template(2, future: false);
        harness.Provider.RefuseTransactions(2, "stale-template-id");
        uint job = miner.Channel.ActiveJob!.Value;
        miner.Mine();
        Assert.Single(pool.Got<SubmitSharesExtended>());

        harness.Provider.Lose();

        Assert.Equal(job, miner.Channel.ActiveJob);
        Assert.Empty(pool.Got<DeclareMiningJob>());
        miner.Mine();
        Assert.Single(pool.Got<SubmitSharesExtended>());
    }
}
