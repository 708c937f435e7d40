using System.Collections.Immutable;
using Testbed.Nodes;

namespace Testbed.Faults;

/// <summary>What the network does: nodes that differ about the tip, and tips in quick succession.</summary>
internal static class FaultsOfNodes
{
    private const int StormTips = 20;
    private static readonly TimeSpan StormStep = TimeSpan.FromMilliseconds(50);

    // Jobs and shares between two tips are refused as stale.
    private static readonly ImmutableArray<string> StaleCodes = ["stale-share", "stale-chain-tip", "invalid-job-id"];

    public static ImmutableArray<Fault> All =>
    [
        new Fault
        {
            Name = "node-behind",
            Effect = "our node does not see new blocks, the pool's does; one is found elsewhere",
            Modes = Fault.Pooled,
            CostsShares = true,
            Codes = StaleCodes,
            WithIpc = false,
            Strike = FaultsOfPools.Knob(scene =>
            {
                scene.Farm.Provider.Behind = true;
                scene.Farm.Chain.MineElsewhere();
            }),
            Heal = FaultsOfPools.Knob(scene => scene.Farm.Provider.Behind = false),
        },
        new Fault
        {
            Name = "node-ahead",
            Targets = Fault.Pools,
            Effect = "the pool's node does not see new blocks, ours does; one is found elsewhere",
            Modes = Fault.Pooled,
            CostsShares = true,
            Codes = StaleCodes,
            Strike = FaultsOfPools.Knob(scene =>
            {
                scene.Site.Node.Frozen = true;
                scene.Farm.Chain.MineElsewhere();
            }),
            Heal = FaultsOfPools.Knob(scene => scene.Site.Node.Frozen = false),
        },
        new Fault
        {
            Name = "tip-storm",
            Effect = $"{StormTips} blocks are found elsewhere, one every {StormStep.TotalMilliseconds:0} ms",
            CostsShares = true,
            Codes = StaleCodes,
            Lasts = StormTips * StormStep,
            Strike = FaultsOfPools.Knob(scene => scene.UntilHealed(cancel => StormAsync(scene.Farm.Chain, scene.Time, cancel))),
        },
    ];

    private static async Task StormAsync(Chain chain, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(StormStep, time);
        for (int i = 0; i < StormTips; i++)
        {
            chain.MineElsewhere();
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }
}
