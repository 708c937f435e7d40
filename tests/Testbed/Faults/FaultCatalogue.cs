using System.Collections.Immutable;
using System.Globalization;

namespace Testbed.Faults;

/// <summary>Every fault there is.</summary>
public static class FaultCatalogue
{
    /// <summary>All of them.</summary>
    public static ImmutableArray<Fault> All { get; } =
    [
        .. FaultsOfPools.All, .. FaultsOfJobDeclarators.All, .. FaultsOfProviders.All, .. FaultsOfNodes.All, .. FaultsOfMiners.All,
    ];

    /// <summary>Those that are not just the end of another.</summary>
    public static ImmutableArray<Fault> Strikes { get; } = [.. All.Where(fault => fault.Ends is null)];

    /// <summary>The fault of that name, or null.</summary>
    public static Fault? Find(string name) => All.FirstOrDefault(fault => fault.Name == name);

    /// <summary>A line for each, for <c>farm --help</c>.</summary>
    public static string Help => string.Join('\n', All.Select(fault =>
        $"  {fault.Name,-20} {fault.Effect}{Ending(fault)}"));

    private static string Ending(Fault fault) => fault.Ends is not null || fault.Lasts == TimeSpan.Zero
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $" ({fault.Lasts.TotalSeconds:0.#} s)");
}
