using JdClient.Core.Tests.Harness;
using Sv2.Protocol;
using Sv2.Protocol.JobDeclaration;
using Sv2.Protocol.Mining;
using Xunit;

namespace JdClient.Core.Tests.Declaration;

/// <summary>Pool and job declarator share our request ids; an answer of one to what the other was asked answers nothing.</summary>
public sealed class MixedAnswersTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_pools_answer_to_a_declaration_is_dropped_and_the_declaration_goes_on(bool success)
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Declaring();
        uint request = pool.Sent<DeclareMiningJob>()[^1].RequestId;
        Sv2Message answer = success
            ? new SetCustomMiningJobSuccess(pool.ChannelId, request, 9)
            : new SetCustomMiningJobError(pool.ChannelId, request, "invalid-job");
        pool.Send(answer);
        Assert.Single(harness.Reports.OfType<CoreReport.StrayMessage>());
        pool.AcknowledgeDeclaration();
        AssertGoesOn(harness, miner, pool);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_declarators_answer_to_a_custom_job_is_dropped_and_the_custom_job_goes_on(bool success)
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Declaring();
        pool.AcknowledgeDeclaration();
        uint request = pool.Sent<SetCustomMiningJob>()[^1].RequestId;
        Sv2Message answer = success
            ? new DeclareMiningJobSuccess(request, new byte[] { 1 })
            : new DeclareMiningJobError(request, "invalid-job", default);
        pool.SendAsDeclarator(answer);
        Assert.Single(harness.Reports.OfType<CoreReport.StrayMessage>());
        AssertGoesOn(harness, miner, pool);
    }

    private static (CoreHarness Harness, FakeMiner Miner, FakePool Pool) Declaring()
    {
        (CoreHarness harness, FakeMiner miner, FakePool pool) = Start.WithPool();
        harness.Provider.Template(2, future: false);
        harness.Provider.Transactions(2);
        return (harness, miner, pool);
    }

    private static void AssertGoesOn(CoreHarness harness, FakeMiner miner, FakePool pool)
    {
        uint job = pool.AcknowledgeJob();
        miner.Mine();
        Assert.Equal(job, Assert.Single(pool.Got<SubmitSharesExtended>()).JobId);
        Assert.Equal(0, harness.Core.Snapshot(harness.Now).Source.UpstreamId);
    }
}
