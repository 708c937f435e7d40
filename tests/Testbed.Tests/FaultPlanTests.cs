using Testbed.Farms;
using Testbed.Faults;

namespace Testbed.Tests;

public sealed class FaultPlanTests
{
    [Fact]
    public void A_plan_reads_its_own_text_and_orders_by_time()
    {
        Assert.True(FaultPlan.TryParse("pool-returns:2@4,pool-dies:2@1.25, tp-hangs@3", out FaultPlan? plan, out _));

        Assert.Equal("pool-dies:2@1.25,tp-hangs@3,pool-returns:2@4", plan.ToString());
        Assert.Equal(1, plan.Faults[0].Target);
        Assert.Equal(2, plan.Strikes);
    }

    [Theory]
    [InlineData("pool-dies@1,pool-returns@7", 7)]
    [InlineData("pool-dies@1", 3)]
    [InlineData("pool-dies@1,tp-dies@2,tp-returns@9", 9)]
    [InlineData("pool-dies:2@8,pool-dies@1,pool-returns@2", 10)]
    public void A_fault_ends_by_its_return_otherwise_by_itself(string text, double end)
    {
        Assert.True(FaultPlan.TryParse(text, out FaultPlan? plan, out _));

        Assert.Equal(TimeSpan.FromSeconds(end), plan.End);
    }

    [Theory]
    [InlineData("pool-explodes@1", "there is no fault \"pool-explodes\"; there are pool-dies, ")]
    [InlineData("pool-dies", "\"pool-dies\": a fault is WHAT@SECOND")]
    [InlineData("pool-dies@soon", "\"pool-dies@soon\"")]
    [InlineData("pool-dies@-1", "\"pool-dies@-1\"")]
    [InlineData("pool-dies:0@1", "\"pool-dies:0@1\"")]
    [InlineData("tp-returns@3", "tp-returns@3: there is no tp-dies before it")]
    [InlineData("tp-dies@5,tp-returns@3", "tp-returns@3: there is no tp-dies before it")]
    public void What_is_wrong_with_a_plan_is_said(string text, string error)
    {
        Assert.False(FaultPlan.TryParse(text, out _, out string? found));

        Assert.StartsWith(error, found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pool-dies@1", FarmMode.Solo, "pool-dies@1 means nothing in mode solo")]
    [InlineData("jds-rejects@1", FarmMode.CoinbaseOnly, "jds-rejects@1 means nothing")]
    [InlineData("pool-dies:2@1", FarmMode.FullTemplate, "pool-dies:2@1: there is no number 2")]
    public void A_fault_that_the_farm_cannot_have_is_said(string text, FarmMode mode, string error)
    {
        Assert.True(FaultPlan.TryParse(text, out FaultPlan? plan, out _));

        Assert.StartsWith(error, plan.Unfit(new FarmOptions { Mode = mode }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FarmMode.FullTemplate)]
    [InlineData(FarmMode.CoinbaseOnly)]
    [InlineData(FarmMode.Solo)]
    public void Random_plans_follow_from_their_seed_and_fit_their_mode(FarmMode mode)
    {
        var options = new FarmOptions { Mode = mode };
        for (int seed = 0; seed < 50; seed++)
        {
            FaultPlan pair = FaultPlan.Pair(seed, options);

            Assert.Equal(pair.ToString(), FaultPlan.Pair(seed, options).ToString());
            Assert.Null(pair.Unfit(options));
            Assert.Equal(2, pair.Faults.Select(planned => planned.Fault).Distinct().Count());
            Assert.True(FaultPlan.TryParse(pair.ToString(), out FaultPlan? read, out _));
            Assert.Equal(pair.ToString(), read.ToString());
        }

        FaultPlan many = FaultPlan.Random(1, options, TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(8));
        Assert.Null(many.Unfit(options));
        Assert.InRange(many.Strikes, 10, 30);
    }
}
