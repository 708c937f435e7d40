using JdClient.Core;

namespace Simulation.Engine;

/// <summary>The core's configuration in a run: short times, so that much happens.</summary>
internal static class Configuration
{
    public static readonly byte[] SoloScript = [0x00, 0x14, .. Enumerable.Repeat((byte)0x51, 20)];

    /// <summary>The hash rate up to which every target is the easiest.</summary>
    public const float SaturatedHashRate = SharesPerMinute / 60;

    private const int MostPools = 8;
    private const float SharesPerMinute = 6000;
    private const float MinHashRate = 0.001f;

    private static readonly string[] Providers = ["a", "b", "c"];

    /// <summary>The target of a channel that finds nothing.</summary>
    public static Bitcoin.U256 EasiestTarget { get; } = Bitcoin.HashRate.ToTarget(MinHashRate, SharesPerMinute) ?? Bitcoin.U256.MaxValue;

    /// <summary>How the scripts of a pool begin; the last four bytes change with its outputs.</summary>
    public static byte[] PoolScript(int index) => [0x00, 0x14, .. Enumerable.Repeat((byte)(0x70 + index), 16)];

    /// <summary>A pool as it is configured; another generation is the same pool under other options, so another upstream.</summary>
    public static UpstreamOptions Upstream(int pool, int generation) => new(
        (generation * MostPools) + pool, $"pool{pool}", $"user{pool}.{generation}")
    {
        Pool = new PeerEndpoint($"pool{pool}.example", 3333),
        JobDeclarator = new PeerEndpoint($"jds{pool}.example", 3334),
    };

    /// <summary>Which pool an upstream's id means.</summary>
    public static int PoolOf(int upstream) => upstream % MostPools;

    public static CoreOptions Of(MiningMode mode, Rng rng) => new()
    {
        Mode = mode,
        Upstreams = mode == MiningMode.SoloMining
            ? []
            : [.. Enumerable.Range(0, 1 + rng.Below(3)).Select(static pool => Upstream(pool, 0))],
        TemplateProviders = [.. Providers.Take(1 + rng.Below(Providers.Length))],
        SoloRewardScript = SoloScript,
        MinerTag = "simulation",
        SharesPerMinute = SharesPerMinute,
        ShareBatchSize = rng.Chance(0.7) ? 1u : 5u,
        MinHashRate = MinHashRate,
        MaxHashRate = 400,
        Version = "1.2.3",
        Limits = new CoreLimits
        {
            FutureTemplates = 2 + rng.Below(7),
            TemplatesPerTip = 3 + rng.Below(30),
            TokenStock = 1 + rng.Below(3),
            WaitingBlocks = 2 + rng.Below(60),
            DeclarationsInFlight = 1 + rng.Below(4),
            DeclarationsAwaited = 8 + rng.Below(56),
            CachedShares = rng.Chance(0.3) ? 5 + rng.Below(40) : 20_000,
        },
        Fallback = new FallbackOptions
        {
            RefusesBase = TimeSpan.FromSeconds(1),
            RefusesMax = TimeSpan.FromSeconds(5),
            MisbehavesBase = TimeSpan.FromSeconds(2),
            MisbehavesMax = TimeSpan.FromSeconds(8),
            UnreachableMax = TimeSpan.FromSeconds(5),
            HeadStart = TimeSpan.FromSeconds(1),
            StabilityTime = TimeSpan.FromSeconds(3),
            StabilityMax = TimeSpan.FromSeconds(12),
            Standby = rng.Chance(0.7),
            RefusalRetryMax = TimeSpan.FromSeconds(2),
            ProviderMax = TimeSpan.FromSeconds(2),
            ProviderSilence = TimeSpan.FromSeconds(10),
            ProviderBehind = TimeSpan.FromSeconds(2),
        },
        Deadlines = new DeadlineOptions
        {
            Connect = TimeSpan.FromSeconds(5),
            Setup = TimeSpan.FromSeconds(4),
            OpenChannel = TimeSpan.FromSeconds(4),
            Token = TimeSpan.FromSeconds(4),
            Declaration = TimeSpan.FromSeconds(4),
            CustomJob = TimeSpan.FromSeconds(4),
            TransactionData = TimeSpan.FromSeconds(4),
            FirstTemplate = TimeSpan.FromSeconds(8),
            TemplateAnswer = TimeSpan.FromSeconds(4),
        },
    };
}
