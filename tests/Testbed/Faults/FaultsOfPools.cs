using System.Collections.Immutable;

namespace Testbed.Faults;

/// <summary>What a pool does to the daemon.</summary>
internal static class FaultsOfPools
{
    private const string RefusedJob = "invalid-coinbase-tx-outputs";
    private const string RefusedShare = "invalid-share";
    private static readonly TimeSpan Slowness = TimeSpan.FromMilliseconds(500);

    public static ImmutableArray<Fault> All =>
    [
        new Fault
        {
            Name = "pool-dies",
            Targets = Fault.Pools,
            Effect = "the pool's process is gone: connections are cut, nobody listens",
            Modes = Fault.Pooled,
            LosesPool = true,
            CostsShares = true,
            Strike = scene => scene.Site.Pool.StopAsync(),
            Heal = scene => scene.RestartAsync(scene.Site.Pool.StartAsync),
        },
        new Fault
        {
            Name = "pool-returns",
            Targets = Fault.Pools,
            Effect = "ends pool-dies",
            Ends = "pool-dies",
            Modes = Fault.Pooled,
            Strike = _ => Task.CompletedTask,
        },
        new Fault
        {
            Name = "pool-hangs",
            Targets = Fault.Pools,
            Effect = "the pool's process is stopped: the system takes connections and bytes for it, it reads and answers nothing",
            Modes = Fault.Pooled,
            LosesPool = true,
            CostsShares = true,
            Lasts = TimeSpan.FromSeconds(4),
            Strike = Knob(scene => scene.Site.Pool.Hold()),
            Heal = Knob(scene => scene.Site.Pool.Release()),
        },
        new Fault
        {
            Name = "pool-refuses-shares",
            Targets = Fault.Pools,
            Effect = $"every share is refused ({RefusedShare})",
            Modes = Fault.Pooled,
            LosesPool = true,
            CostsShares = true,
            Codes = [RefusedShare],
            Lasts = TimeSpan.FromSeconds(3),
            Strike = Knob(scene => scene.Site.Pool.Faults.RefuseShares = RefusedShare),
            Heal = Knob(scene => scene.Site.Pool.Faults.RefuseShares = null),
        },
        new Fault
        {
            Name = "pool-refuses-job",
            Targets = Fault.Pools,
            Effect = $"every custom job is refused ({RefusedJob})",
            Modes = Fault.Pooled,
            LosesPool = true,
            CostsShares = true,
            Codes = [RefusedJob],
            Strike = Knob(scene => scene.Site.Pool.Faults.RefuseCustomJobs = RefusedJob),
            Heal = Knob(scene => scene.Site.Pool.Faults.RefuseCustomJobs = null),
        },
        new Fault
        {
            Name = "pool-slow",
            Targets = Fault.Pools,
            Effect = $"every answer takes {Slowness.TotalMilliseconds:0} ms",
            Modes = Fault.Pooled,
            CostsShares = true,
            Strike = Knob(scene => scene.Site.Pool.Faults.AnswerDelay = Slowness),
            Heal = Knob(scene => scene.Site.Pool.Faults.AnswerDelay = TimeSpan.Zero),
        },
        new Fault
        {
            Name = "extranonce-change",
            Targets = Fault.Pools,
            Effect = "the pool gives the daemon's channel another extranonce prefix",
            Modes = Fault.Pooled,
            Lasts = TimeSpan.Zero,
            Strike = Knob(scene => scene.Site.Pool.ChangeExtranoncePrefixes()),
        },
        new Fault
        {
            Name = "reconnect",
            Targets = Fault.Pools,
            Effect = "the pool asks its clients to connect again (Reconnect, same address)",
            Modes = Fault.Pooled,
            CostsShares = true,
            Lasts = TimeSpan.Zero,
            Strike = Knob(scene => scene.Site.Pool.SendReconnect("", 0)),
        },
    ];

    internal static Func<FaultScene, Task> Knob(Action<FaultScene> turn) => scene =>
    {
        turn(scene);
        return Task.CompletedTask;
    };
}
