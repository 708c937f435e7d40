using System.Collections.Immutable;

namespace Testbed.Faults;

/// <summary>What a job declarator does to the daemon.</summary>
internal static class FaultsOfJobDeclarators
{
    private const string Rejected = "invalid-job";
    private const string RateLimited = "rate-limited";

    public static ImmutableArray<Fault> All =>
    [
        new Fault
        {
            Name = "jds-dies",
            Targets = Fault.Pools,
            Effect = "the job declarator's process is gone",
            Modes = Fault.Pooled,
            LosesPool = true,
            CostsShares = true,
            Strike = scene => scene.Site.Declarator.StopAsync(),
            Heal = scene => scene.RestartAsync(scene.Site.Declarator.StartAsync),
        },
        new Fault
        {
            Name = "jds-hangs",
            Targets = Fault.Pools,
            Effect = "the job declarator's process is stopped: it reads and answers nothing",
            Modes = Fault.Pooled,
            LosesPool = true,
            CostsShares = true,
            Lasts = TimeSpan.FromSeconds(5),
            Strike = FaultsOfPools.Knob(scene => scene.Site.Declarator.Hold()),
            Heal = FaultsOfPools.Knob(scene => scene.Site.Declarator.Release()),
        },
        new Fault
        {
            Name = "jds-rejects",
            Targets = Fault.Pools,
            Effect = $"every declaration is refused ({Rejected})",
            Modes = Fault.Declared,
            LosesPool = true,
            CostsShares = true,
            Codes = [Rejected],
            Strike = FaultsOfPools.Knob(scene => scene.Site.Declarator.Faults.RefuseDeclarations = Rejected),
            Heal = FaultsOfPools.Knob(scene => scene.Site.Declarator.Faults.RefuseDeclarations = null),
        },
        new Fault
        {
            Name = "jds-rate-limits",
            Targets = Fault.Pools,
            Effect = $"every declaration is put off ({RateLimited})",
            Modes = Fault.Declared,
            CostsShares = true,
            Codes = [RateLimited],
            Strike = FaultsOfPools.Knob(scene => scene.Site.Declarator.Faults.RefuseDeclarations = RateLimited),
            Heal = FaultsOfPools.Knob(scene => scene.Site.Declarator.Faults.RefuseDeclarations = null),
        },
        new Fault
        {
            Name = "jds-no-tokens",
            Targets = Fault.Pools,
            Effect = "requests for tokens are not answered",
            Modes = Fault.Pooled,
            LosesPool = true,
            CostsShares = true,
            Lasts = TimeSpan.FromSeconds(5),
            Strike = FaultsOfPools.Knob(scene => scene.Site.Declarator.Faults.NoTokens = true),
            Heal = FaultsOfPools.Knob(scene => scene.Site.Declarator.Faults.NoTokens = false),
        },
    ];
}
