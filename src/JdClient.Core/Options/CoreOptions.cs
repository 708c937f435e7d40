using System.Collections.Immutable;

namespace JdClient.Core;

/// <summary>How the farm mines (configuration key <c>mode</c>).</summary>
public enum MiningMode
{
    /// <summary>Own templates, declared to the pool with all transactions.</summary>
    FullTemplate,

    /// <summary>Own templates, of which the pool sees only the coinbase.</summary>
    CoinbaseOnly,

    /// <summary>No pool at all.</summary>
    SoloMining,
}

/// <summary>One pool with its job declarator server.</summary>
/// <param name="Id">
/// What effects, reports and snapshots name it by, whatever its place in the list. While the process runs, an id is never
/// used for another upstream.
/// </param>
/// <param name="Name">For people: host and port of the pool.</param>
/// <param name="UserIdentity">What the pool knows the farm by.</param>
public sealed record UpstreamOptions(int Id, string Name, string UserIdentity)
{
    /// <summary>The pool's endpoint as configured, told to it in SetupConnection.</summary>
    public required PeerEndpoint Pool { get; init; }

    /// <summary>The job declarator's endpoint as configured, told to it in SetupConnection.</summary>
    public required PeerEndpoint JobDeclarator { get; init; }
}

/// <summary>What the core needs to know of the configuration. Limits and times have the defaults of the README.</summary>
public sealed record CoreOptions
{
    /// <summary>How the farm mines.</summary>
    public required MiningMode Mode { get; init; }

    /// <summary>Pools in order of preference; empty in solo mode.</summary>
    public required ImmutableArray<UpstreamOptions> Upstreams { get; init; }

    /// <summary>Names of the template providers in order of preference, for people; at least one.</summary>
    public required ImmutableArray<string> TemplateProviders { get; init; }

    /// <summary>scriptPubKey that is paid when mining solo.</summary>
    public required ReadOnlyMemory<byte> SoloRewardScript { get; init; }

    /// <summary>The tag in the coinbase (configuration key <c>jdc_signature</c>).</summary>
    public required string MinerTag { get; init; }

    /// <summary>Shares a minute that vardiff aims at on each downstream channel.</summary>
    public required float SharesPerMinute { get; init; }

    /// <summary>Accepted shares after which a miner is sent SubmitShares.Success.</summary>
    public required uint ShareBatchSize { get; init; }

    /// <summary>
    /// Rollable extranonce bytes granted to a downstream that asks for no more (configuration key
    /// <c>reserved_downstream_rollable_extranonce_size</c>).
    /// </summary>
    public int RollableExtranonceSize { get; init; } = 8;

    /// <summary>Extensions that downstreams may use.</summary>
    public ImmutableArray<ushort> SupportedExtensions { get; init; } = [];

    /// <summary>Extensions that pools and downstreams must accept.</summary>
    public ImmutableArray<ushort> RequiredExtensions { get; init; } = [];

    /// <summary>
    /// Protocol versions offered to pools (configuration keys <c>min_supported_version</c>, <c>max_supported_version</c>).
    /// </summary>
    public ushort MinVersion { get; init; } = 2;

    /// <summary>The highest protocol version offered to pools.</summary>
    public ushort MaxVersion { get; init; } = 2;

    /// <summary>What pools and job declarators are told as our firmware: the daemon's version.</summary>
    public string Version { get; init; } = "";

    /// <summary>An unfinished batch of accepted shares is acknowledged after this time.</summary>
    public TimeSpan ShareFlushInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often channel targets are looked at.</summary>
    public TimeSpan VardiffInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The lowest hash rate that a target is made for, hashes/s: keeps shares from flooding in.</summary>
    public float MinHashRate { get; init; } = 1_000;

    /// <summary>The highest hash rate that a target is made for, hashes/s.</summary>
    public float MaxHashRate { get; init; } = 1e18f;

    /// <summary>When peers are left and tried again.</summary>
    public FallbackOptions Fallback { get; init; } = new();

    /// <summary>How long answers are waited for.</summary>
    public DeadlineOptions Deadlines { get; init; } = new();

    /// <summary>Bounds of what is kept.</summary>
    public CoreLimits Limits { get; init; } = new();
}
