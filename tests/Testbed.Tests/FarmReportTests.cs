using System.Collections.Immutable;
using System.Text.Json;
using Testbed.Farms;
using Testbed.Faults;
using Testbed.JobDeclarators;
using Testbed.Miners;
using Testbed.Pools;
using Testbed.TemplateProviders;

namespace Testbed.Tests;

public sealed class FarmReportTests
{
    private static readonly FarmReport Good = new()
    {
        Mode = "fulltemplate",
        Templates = 1,
        JobsDeclared = 1,
        JobsAcknowledged = 1,
        SharesSubmitted = 1,
        SharesAcceptedByJdc = 1,
        SharesAcceptedByPool = 1,
        SharesRejected = 0,
        BlocksFound = 3,
        BlocksAcceptedByProvider = 3,
        SolutionsPushed = 3,
        MinerDisconnects = 0,
        ElapsedMs = 1,
        Ok = true,
        SharesLost = 7,
        Problems = ["not for the output"],
    };

    [Fact]
    public void The_json_has_the_fields_that_were_agreed_on_and_no_others()
    {
        using JsonDocument json = JsonDocument.Parse(JsonSerializer.Serialize(Good));

        Assert.Equal(
            "mode, templates, jobs_declared, jobs_acknowledged, shares_submitted, shares_accepted_by_jdc, shares_accepted_by_pool, "
            + "shares_rejected, blocks_found, blocks_accepted_by_provider, solutions_pushed, miner_disconnects, elapsed_ms, ok, "
            + "fallbacks, miner_idle_ms_max, shares_lost, shares_lost_to_faults, blocks_lost, blocks_incomplete",
            string.Join(", ", json.RootElement.EnumerateObject().Select(property => property.Name)));
    }

    public static TheoryData<string, string?> Runs => new()
    {
        { "good", null },
        { "blocks", "2 of 3 blocks" },
        { "lost block", "1 blocks reached no node" },
        { "disconnected", "miners disconnected" },
        { "rejected", "shares rejected: invalid-share 1" },
        { "lost", "1 shares valid for the pool" },
        { "refused block", "blocks refused by the provider: bad-cb-amount" },
        { "violation", "protocol violations: two ids" },
        { "refused declaration", "declarations refused: invalid-job 1" },
        { "stale declaration", null },
        { "nothing assembled", "no block was put together" },
    };

    [Theory]
    [MemberData(nameof(Runs))]
    public void A_run_is_only_ok_when_nothing_went_wrong_at_any_role(string what, string? problem)
    {
        FarmReport report = Good with { SharesLost = 0 };
        var provider = new TemplateProviderCounters();
        var declarator = new JobDeclaratorCounters { BlocksAccepted = 1 };
        var miner = new MiningDeviceCounters();
        report = what switch
        {
            "blocks" => report with { GoalMissed = "2 of 3 blocks" },
            "lost block" => report with { BlocksLost = 1 },
            "disconnected" => report with { MinerDisconnects = 1 },
            "rejected" => report with { SharesRejected = 1 },
            "lost" => report with { SharesLost = 1 },
            _ => report,
        };
        if (what == "rejected")
            miner = miner with { SharesRefused = miner.SharesRefused.Add("invalid-share", 1) };
        if (what == "violation")
            miner = miner with { Violations = ["two ids"] };
        if (what == "refused block")
            provider = provider with { Refusals = ["bad-cb-amount"] };
        if (what.EndsWith("declaration", StringComparison.Ordinal))
        {
            string code = what.StartsWith("stale", StringComparison.Ordinal) ? "stale-chain-tip" : "invalid-job";
            declarator = declarator with { DeclarationsRefused = declarator.DeclarationsRefused.Add(code, 1) };
        }

        if (what == "nothing assembled")
            declarator = declarator with { BlocksAccepted = 0 };

        ImmutableArray<string> problems = FarmVerdict.Problems(
            new FarmOptions(), report, provider, new PoolCounters(), declarator, [miner]);

        if (problem is null)
            Assert.Empty(problems);
        else
            Assert.Contains(problems, found => found.StartsWith(problem, StringComparison.Ordinal));
    }

    [Fact]
    public void What_a_planned_fault_refuses_is_excused_and_nothing_else()
    {
        Assert.True(FaultPlan.TryParse("pool-refuses-job@1", out FaultPlan? plan, out _));
        var pool = new PoolCounters
        {
            CustomJobsRefused = new PoolCounters().CustomJobsRefused.Add("invalid-coinbase-tx-outputs", 3),
            SharesRefused = new PoolCounters().SharesRefused.Add("invalid-share", 1),
        };

        ImmutableArray<string> problems = FarmVerdict.Problems(
            new FarmOptions { Faults = plan }, Good with { SharesLost = 0 }, new TemplateProviderCounters(), pool,
            new JobDeclaratorCounters(), [new MiningDeviceCounters()]);

        Assert.Equal(["shares rejected: pool invalid-share 1"], problems);
    }
}
