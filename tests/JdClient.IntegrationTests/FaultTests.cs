using Testbed.Farms;
using Testbed.Faults;
using Xunit;

namespace JdClient.IntegrationTests;

/// <summary>
/// Each fault of each peer alone and in random pairs, in every mode: no innocent miner is disconnected, no block is lost, miners have
/// other work before anything else happens, and the preferred pool is mined for again.
/// </summary>
public sealed class FaultTests
{
    // A daemon that waited for a deadline, a reconnect or the next template would take longer. What it takes really is measured
    // on a quiet machine and stands in ARCHITECTURE.md.
    private static readonly TimeSpan GapLimit = TimeSpan.FromSeconds(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<FarmMode, string> Alone => Of(Enum.GetValues<FarmMode>(), _ => true);

    // Drawn for the modes in turn, so that each has its share of them, then had in every other one where both faults mean something.
    public static TheoryData<FarmMode, int, string> Pairs
    {
        get
        {
            FarmMode[] modes = Enum.GetValues<FarmMode>();
            var data = new TheoryData<FarmMode, int, string>();
            for (int seed = 1; seed <= 50; seed++)
            {
                FaultPlan pair = FaultPlan.Pair(seed, new FarmOptions { Mode = modes[seed % modes.Length] });
                foreach (FarmMode mode in modes.Where(mode => pair.Unfit(new FarmOptions { Mode = mode }) is null))
                    data.Add(mode, seed, pair.ToString());
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Alone))]
    public async Task A_fault_costs_no_miner_and_no_block(FarmMode mode, string fault)
    {
        Assert.True(FaultPlan.TryParse($"{fault}@0.3", out FaultPlan? plan, out string? error), error);

        (FarmReport report, string story) = await RunAsync(mode, plan, seed: 1);

        Fault kind = plan.Faults[0].Fault;
        if (kind.LosesPool)
            Assert.True(report.Fallbacks.Any(fallback => fallback.LeavesPool), $"the pool was not left. {story}");
        else if (!kind.CostsShares)
            Assert.True(report.Fallbacks.All(fallback => !fallback.LeavesPool || IsLate(fallback)), $"the pool was left. {story}");
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Two_faults_at_once_cost_no_miner_and_no_block(FarmMode mode, int seed, string faults)
    {
        Assert.True(FaultPlan.TryParse(faults, out FaultPlan? plan, out string? error), error);

        await RunAsync(mode, plan, seed);
    }

    public static TheoryData<FarmMode, string> OfPools => Of([FarmMode.FullTemplate, FarmMode.CoinbaseOnly], fault => fault.LosesPool);

    public static TheoryData<FarmMode, string> OfProviders =>
        Of([FarmMode.FullTemplate, FarmMode.Solo], fault => fault.CostsSolutions);

    [Theory]
    [MemberData(nameof(OfPools))]
    public async Task The_second_pool_is_mined_for_while_the_first_one_fails(FarmMode mode, string fault)
    {
        Assert.True(FaultPlan.TryParse($"{fault}@0.3", out FaultPlan? plan, out string? error), error);

        (FarmReport report, string story) = await RunAsync(mode, plan, seed: 1, pools: 2);

        string first = report.Fallbacks[^1].To;
        Assert.True(report.Fallbacks.Any(fallback => fallback.To != first && fallback.To != "solo"), $"never mined for. {story}");
    }

    [Theory]
    [MemberData(nameof(OfProviders))]
    public async Task Templates_come_from_the_second_provider_while_the_first_one_fails(FarmMode mode, string fault)
    {
        Assert.True(FaultPlan.TryParse($"{fault}@0.3", out FaultPlan? plan, out string? error), error);

        int served = 0;
        (_, string story) = await RunAsync(
            mode, plan, seed: 1, providers: 2, look: farm => served = farm.Providers[1].Counters.TransactionDataServed);

        // Transactions are asked for what is mined, not for what stands by.
        Assert.True(served > 0, $"never mined from. {story}");
    }

    private static TheoryData<FarmMode, string> Of(IEnumerable<FarmMode> modes, Func<Fault, bool> which)
    {
        var data = new TheoryData<FarmMode, string>();
        foreach (Fault fault in FaultCatalogue.Strikes.Where(which))
        {
            foreach (FarmMode mode in modes.Intersect(fault.Modes))
                data.Add(mode, fault.Name);
        }

        return data;
    }

    // On a machine that is very busy an answer may come after its deadline.
    private static bool IsLate(Fallback fallback) => fallback.Reason.StartsWith("no ", StringComparison.Ordinal);

    private static async Task<(FarmReport Report, string Story)> RunAsync(
        FarmMode mode, FaultPlan plan, int seed, int pools = 1, int providers = 1, Action<Farm>? look = null)
    {
        FarmOptions options = new FarmOptions
        {
            Mode = mode,
            Miners = 4,
            UntilBlocks = 1,
            Seed = seed,
            Pools = pools,
            Providers = providers,
            Duration = TimeSpan.FromSeconds(60),
        }.WithFaults(plan);
        await using var farm = new Farm(options, TimeProvider.System);
        await farm.StartAsync(Cancel);

        FarmReport report = await farm.RunAsync(Cancel);
        look?.Invoke(farm);

        string command = $"farm --mode {mode.ToString().ToLowerInvariant()} --miners 4 --pools {pools} --providers {providers}"
            + $" --until-blocks 1 --seed {seed} --fault {plan}";
        string story = string.Join(
            Environment.NewLine,
            [$"again: dotnet run --project tests/Testbed -- {command}", .. report.Problems, .. report.Fallbacks,
                .. farm.Daemon.LogTail.TakeLast(120)]);
        Assert.True(report.Ok, story);
        Assert.Equal((0, 0, 0), (report.MinerDisconnects, report.BlocksLost, report.SharesLost));
        Assert.True(report.MinerIdleMsMax == 0, $"a channel had no work for {report.MinerIdleMsMax} ms. {story}");
        foreach (Fallback fallback in report.Fallbacks.Where(fallback => fallback.LeavesPool))
            Assert.True(fallback.GapMs < GapLimit.TotalMilliseconds, $"{fallback}. {story}");
        TestContext.Current.TestOutputHelper?.WriteLine($"{report.ElapsedMs} ms; {string.Join("; ", report.Fallbacks)}");
        return (report, story);
    }
}
