using JdClient.Core.Tests.Harness;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;
using Xunit;

namespace JdClient.Core.Tests.Blocks;

/// <summary>Work on templates whose transactions do not come.</summary>
public sealed class IncompleteWorkTests
{
    [Fact]
    public void A_job_that_made_room_in_the_pool_s_list_is_not_declared_again_when_miners_go_back_to_its_template()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool(
            configure: static options => options with { Limits = new CoreLimits { TemplatesPerTip = 3, FutureTemplates = 1 } });
        harness.Provider.Template(2, future: false);
        pool.DeclareAndAcknowledge(2);
        for (ulong future = 20; future < 26; future++)
            harness.Provider.Template(future, future: true);
        harness.Provider.Template(3, future: false);

        harness.PassSeconds(15);
        Assert.DoesNotContain(harness.Last.OfType<Effect.OnLink>(), static effect => effect.Message is DeclareMiningJob);
        miner.Mine();

        Assert.Single(pool.Got<SubmitSharesExtended>());
    }

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
