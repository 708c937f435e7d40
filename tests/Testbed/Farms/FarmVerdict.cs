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

        Require(report.BlocksAcceptedByProvider >= options.UntilBlocks,
            $"{report.BlocksAcceptedByProvider} of {options.UntilBlocks} blocks");
        Require(report.SharesAcceptedByJdc > 0, "no share was accepted");
        Require(report.MinerDisconnects == 0, $"miners disconnected: {Join(miners.SelectMany(miner => miner.Endings))}");
        Require(report.SharesRejected == 0, $"shares rejected: {Join(Counts(miners, pool))}");
        Require(provider.Refusals.IsEmpty, $"blocks refused by the provider: {Join(provider.Refusals)}");
        Require(provider.UnknownTemplates == 0, $"{provider.UnknownTemplates} solutions for unknown templates");
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
        Require(IsStaleOnly(pool.CustomJobsRefused), $"custom jobs refused: {Join(Format(pool.CustomJobsRefused))}");
        Require(IsStaleOnly(declarator.DeclarationsRefused),
            $"declarations refused: {Join([.. Format(declarator.DeclarationsRefused), .. declarator.InvalidJobReasons])}");
        if (options.Mode == FarmMode.FullTemplate && options.UntilBlocks > 0)
            Require(declarator.BlocksAccepted > 0, "no block was put together by the job declarator");
        return [.. problems];
    }

    // Declaring for a tip that has just been replaced is nobody's fault.
    private static bool IsStaleOnly(ImmutableSortedDictionary<string, int> counts) => counts.Keys.All(code => code == "stale-chain-tip");

    private static IEnumerable<string> Counts(ImmutableArray<MiningDeviceCounters> miners, PoolCounters pool) =>
        [.. miners.SelectMany(miner => Format(miner.SharesRefused)), .. Format(pool.SharesRefused).Select(text => $"pool {text}")];

    private static IEnumerable<string> Format(ImmutableSortedDictionary<string, int> counts) => counts.Select(pair =>
        $"{pair.Key} {pair.Value}");

    private static string Join(IEnumerable<string> parts) => string.Join(", ", parts.GroupBy(part => part).Take(8).Select(group =>
        group.Count() > 1 ? $"{group.Key} (x{group.Count()})" : group.Key));
}
