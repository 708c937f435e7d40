using System.Collections.Immutable;
using Testbed.JobDeclarators;
using Testbed.Miners;
using Testbed.Pools;
using Testbed.TemplateProviders;

namespace Testbed.Farms;

/// <summary>Whether a run is ok, and if not, why.</summary>
internal static class FarmVerdict
{
    public static ImmutableArray<string> Problems(
        FarmOptions options,
        FarmReport report,
        TemplateProviderCounters provider,
        PoolCounters pool,
        JobDeclaratorCounters declarator,
        ImmutableArray<MiningDeviceCounters> miners)
    {
        List<string> problems = [];
        void Require(bool condition, string problem)
        {
            if (!condition)
                problems.Add(problem);
        }

        bool faults = !options.Faults.IsEmpty;
        ImmutableHashSet<string> excused = [.. options.Faults.Faults.SelectMany(planned => planned.Fault.Codes)];
        // Tips come several times a second and answers late: shares may cross more than one on their way to the pool.
        if (faults)
            excused = excused.Add("stale-share");
        bool solutionsLost = options.Faults.Faults.Any(planned => planned.Fault.CostsSolutions);
        IEnumerable<string> refusedShares = [.. miners.SelectMany(miner => Format(miner.SharesRefused)),
            .. Format(pool.SharesRefused.RemoveRange(excused)).Select(text => $"pool {text}")];

        Require(report.GoalMissed is null, report.GoalMissed ?? "");
        Require(report.SharesAcceptedByJdc > 0, "no share was accepted");
        Require(report.MinerDisconnects == 0, $"miners disconnected: {Join(miners.SelectMany(miner => miner.Endings))}");
        Require(!refusedShares.Any(), $"shares rejected: {Join(refusedShares)}");
        Require(solutionsLost || provider.Refusals.IsEmpty, $"blocks refused by the provider: {Join(provider.Refusals)}");
        Require(solutionsLost || provider.UnknownTemplates == 0, $"{provider.UnknownTemplates} solutions for unknown templates");
        Require(report.BlocksLost == 0, $"{report.BlocksLost} blocks reached no node");
        Require(declarator.BlockRefusals.IsEmpty, $"blocks refused by the job declarator: {Join(declarator.BlockRefusals)}");
        Require(pool.BlockRefusals.IsEmpty, $"blocks refused by the pool: {Join(pool.BlockRefusals)}");
        IEnumerable<string> violations = [.. provider.Violations, .. pool.Violations, .. declarator.Violations,
            .. miners.SelectMany(miner => miner.Violations)];
        Require(!violations.Any(), $"protocol violations: {Join(violations)}");
        if (options.Mode == FarmMode.Solo)
            return [.. problems];

        Require(report.JobsAcknowledged > 0, "no custom job was acknowledged");
        Require(report.SharesAcceptedByPool > 0, "no share reached the pool");
        Require(report.SharesLost == 0, $"{report.SharesLost} shares valid for the pool did not reach it");
        Require(IsStaleOnly(pool.CustomJobsRefused, excused), $"custom jobs refused: {Join(Format(pool.CustomJobsRefused))}");
        Require(IsStaleOnly(declarator.DeclarationsRefused, excused),
            $"declarations refused: {Join([.. Format(declarator.DeclarationsRefused), .. declarator.InvalidJobReasons])}");
        if (options.Mode == FarmMode.FullTemplate && options.UntilBlocks > 0 && !faults)
            Require(declarator.BlocksAccepted > 0, "no block was put together by the job declarator");
        return [.. problems];
    }

    // Declaring for a tip that has just been replaced is nobody's fault.
    private static bool IsStaleOnly(ImmutableSortedDictionary<string, int> counts, ImmutableHashSet<string> excused) =>
        counts.Keys.All(code => code == "stale-chain-tip" || excused.Contains(code));

    private static IEnumerable<string> Format(ImmutableSortedDictionary<string, int> counts) => counts.Select(pair =>
        $"{pair.Key} {pair.Value}");

    private static string Join(IEnumerable<string> parts) => string.Join(", ", parts.GroupBy(part => part).Take(8).Select(group =>
        group.Count() > 1 ? $"{group.Key} (x{group.Count()})" : group.Key));
}
