using System.Collections.Immutable;
using Testbed.Farms;

namespace Testbed.Faults;

/// <summary>
/// One way in which a role fails. A table of these is all the testbed knows of faults; each family of roles has its own file.
/// </summary>
public sealed record Fault
{
    /// <summary>What it is called on the command line.</summary>
    public required string Name { get; init; }

    /// <summary>What happens, for people.</summary>
    public required string Effect { get; init; }

    /// <summary>Begins it. Returns when it has begun.</summary>
    public required Func<FaultScene, Task> Strike { get; init; }

    /// <summary>Ends it; nothing to do for what happens once.</summary>
    public Func<FaultScene, Task> Heal { get; init; } = _ => Task.CompletedTask;

    /// <summary>After which time it heals by itself.</summary>
    public TimeSpan Lasts { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The fault that this one ends, for those whose name ends in "returns".</summary>
    public string? Ends { get; init; }

    /// <summary>Modes in which it means anything.</summary>
    public ImmutableArray<FarmMode> Modes { get; init; } = [FarmMode.FullTemplate, FarmMode.CoinbaseOnly, FarmMode.Solo];

    /// <summary>Whether the daemon has to leave the pool for it while it lasts.</summary>
    public bool LosesPool { get; init; }

    /// <summary>Whether shares mined for the pool while it lasts may be lost: nobody could bring them there.</summary>
    public bool CostsShares { get; init; }

    /// <summary>Whether solutions to the template provider may come to nothing: their blocks go another way.</summary>
    public bool CostsSolutions { get; init; }

    /// <summary>Error codes with which the roles refuse jobs or shares because of it.</summary>
    public ImmutableArray<string> Codes { get; init; } = [];

    /// <summary>Whether it can be had with a node's socket in the template provider's stead.</summary>
    public bool WithIpc { get; init; } = true;

    /// <summary>How many there are in a farm of what it strikes.</summary>
    public Func<FarmOptions, int> Targets { get; init; } = _ => 1;

    internal static ImmutableArray<FarmMode> Pooled { get; } = [FarmMode.FullTemplate, FarmMode.CoinbaseOnly];

    internal static int Pools(FarmOptions farm) => farm.Mode == FarmMode.Solo ? 0 : farm.Pools;

    internal static int Providers(FarmOptions farm) => farm.Providers;

    internal static ImmutableArray<FarmMode> Declared { get; } = [FarmMode.FullTemplate];

    /// <inheritdoc/>
    public override string ToString() => Name;
}
