using System.Collections.Immutable;
using Testbed.Miners;

namespace Testbed.Faults;

/// <summary>What miners do to the daemon, and so to each other.</summary>
internal static class FaultsOfMiners
{
    private const int StormMiners = 60;
    private const int Guilty = 4;

    public static ImmutableArray<Fault> All =>
    [
        new Fault
        {
            Name = "connect-storm",
            Effect = $"{StormMiners} more miners connect at once, mine, and leave again",
            Strike = FaultsOfPools.Knob(scene => scene.UntilHealed(cancel => Task.WhenAll(
                Enumerable.Range(0, StormMiners).Select(i => scene.Farm.ExtraMiner(i).RunAsync(cancel))))),
        },
        new Fault
        {
            Name = "slow-miner",
            Effect = $"{Guilty} miners open channels and then read nothing more",
            Strike = FaultsOfPools.Knob(scene => scene.UntilHealed(cancel => Task.WhenAll(
                Enumerable.Range(0, Guilty).Select(_ => GuiltyMiners.StopReadingAsync(scene.Farm.MinersServer, scene.Time, cancel))))),
        },
        new Fault
        {
            Name = "garbage-miner",
            Effect = $"{Guilty} peers send noise, half handshakes, and messages that no miner sends, again and again",
            Strike = FaultsOfPools.Knob(scene => scene.UntilHealed(cancel => Task.WhenAll(
                Enumerable.Range(0, Guilty).Select(i => GuiltyMiners.SendGarbageAsync(scene.Farm.MinersServer, i, scene.Time, cancel))))),
        },
    ];
}
