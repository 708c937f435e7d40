using System.Collections.Immutable;
using Testbed.BitcoinCore;
using Testbed.TemplateProviders;

namespace Testbed.Faults;

/// <summary>What a template provider, or the node behind a socket, does to the daemon.</summary>
internal static class FaultsOfProviders
{
    public static ImmutableArray<Fault> All =>
    [
        new Fault
        {
            Name = "tp-dies",
            Targets = Fault.Providers,
            Effect = "the template provider's process is gone and with it every template it gave out",
            CostsShares = true,
            CostsSolutions = true,
            Strike = DieAsync,
            Heal = ReturnAsync,
        },
        new Fault
        {
            Name = "tp-returns",
            Targets = Fault.Providers,
            Effect = "ends tp-dies; template ids begin at 1 again",
            Ends = "tp-dies",
            Strike = _ => Task.CompletedTask,
        },
        new Fault
        {
            Name = "tp-hangs",
            Targets = Fault.Providers,
            Effect = "the template provider's process is stopped: it reads, answers and sends nothing",
            CostsShares = true,
            CostsSolutions = true,
            Lasts = TimeSpan.FromSeconds(3),
            Strike = FaultsOfPools.Knob(scene => Hold(scene, true)),
            Heal = FaultsOfPools.Knob(scene => Hold(scene, false)),
        },
        new Fault
        {
            Name = "tp-silent",
            Targets = Fault.Providers,
            Effect = "the template provider has lost its node: connections stay, set-ups succeed, nothing is sent, solutions get lost",
            CostsShares = true,
            CostsSolutions = true,
            Lasts = TimeSpan.FromSeconds(3),
            WithIpc = false,
            Strike = FaultsOfPools.Knob(scene => Provider(scene).Silent = true),
            Heal = FaultsOfPools.Knob(scene => Provider(scene).Silent = false),
        },
    ];

    private static TemplateProvider Provider(FaultScene scene) => scene.Farm.Providers[scene.Target];

    private static BitcoinCoreNode? Node(FaultScene scene) => scene.Target == 0 ? scene.Farm.Node : null;

    private static async Task DieAsync(FaultScene scene)
    {
        if (Node(scene) is { } node)
        {
            await node.StopAsync();
            return;
        }

        await Provider(scene).StopAsync();
        Provider(scene).Forget();
    }

    private static Task ReturnAsync(FaultScene scene)
    {
        if (Node(scene) is not { } node)
            return scene.RestartAsync(Provider(scene).StartAsync);
        node.Start();
        return Task.CompletedTask;
    }

    private static void Hold(FaultScene scene, bool hold)
    {
        if (Node(scene) is { } node)
            node.Silent = hold;
        else if (hold)
            Provider(scene).Hold();
        else
            Provider(scene).Release();
    }
}
