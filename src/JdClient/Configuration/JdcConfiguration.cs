using System.Collections.Immutable;
using System.Net;
using Bitcoin;
using JdClient.Core;

namespace JdClient.Configuration;

/// <summary>
/// Everything that is configurable, validated and typed. Immutable. Made by <see cref="ConfigurationLoader"/> from a file
/// and the environment, or in code by tests and tools. Property by property the key of the same meaning is named.
/// </summary>
public sealed record JdcConfiguration
{
    /// <summary>Where miners connect and how we prove who we are.</summary>
    public required DownstreamConfiguration Downstream { get; init; }

    /// <summary>
    /// Template providers in order of preference; at least one (<c>template_providers</c>, or <c>template_provider_type</c> for a
    /// single one).
    /// </summary>
    public required ImmutableArray<TemplateProviderConfiguration> TemplateProviders { get; init; }

    /// <summary>Pools in order of preference; empty only in solo mode (<c>[[upstreams]]</c>). Default: none.</summary>
    public ImmutableArray<UpstreamConfiguration> Upstreams { get; init; } = [];

    /// <summary>How the farm mines (<c>mode</c>). Default: full-template.</summary>
    public MiningMode Mode { get; init; } = MiningMode.FullTemplate;

    /// <summary>What is paid when mining solo (<c>coinbase_reward_script</c>). Required.</summary>
    public required RewardScript CoinbaseRewardScript { get; init; }

    /// <summary>The farm's tag in the coinbase, in UTF-8 at most 52 bytes (<c>jdc_signature</c>). Required.</summary>
    public required string MinerTag { get; init; }

    /// <summary>Shares a minute that vardiff aims at on each downstream channel (<c>shares_per_minute</c>). Required; 6 is usual.</summary>
    public float SharesPerMinute { get; init; } = 6;

    /// <summary>Accepted shares after which a miner is acknowledged (<c>share_batch_size</c>). Required; 10 is usual.</summary>
    public uint ShareBatchSize { get; init; } = 10;

    /// <summary>
    /// Extranonce bytes that a downstream may roll (<c>reserved_downstream_rollable_extranonce_size</c>, older
    /// <c>min_extranonce2_size</c>). Default 8 bytes.
    /// </summary>
    public int RollableExtranonceSize { get; init; } = 8;

    /// <summary>Extensions that downstreams may use (<c>supported_extensions</c>). Default: none.</summary>
    public ImmutableArray<ushort> SupportedExtensions { get; init; } = [];

    /// <summary>Extensions that peers must accept (<c>required_extensions</c>). Default: none.</summary>
    public ImmutableArray<ushort> RequiredExtensions { get; init; } = [];

    /// <summary>Lowest protocol version offered to peers (<c>min_supported_version</c>). Required: 2, the only one there is.</summary>
    public ushort MinSupportedVersion { get; init; } = 2;

    /// <summary>Highest protocol version offered to peers (<c>max_supported_version</c>). Required: 2, the only one there is.</summary>
    public ushort MaxSupportedVersion { get; init; } = 2;

    /// <summary>Console and file logs.</summary>
    public LogConfiguration Log { get; init; } = new();

    /// <summary>
    /// Directory of the block journal and of the statistics over all runs (<c>data_dir</c>); null: none are kept. From a file
    /// the default is systemd's <c>STATE_DIRECTORY</c> where set, otherwise <c>jdc-data</c> beside the configuration file.
    /// </summary>
    public string? DataDirectory { get; init; }

    /// <summary>Nodes that are sent every found block whole (<c>[[block_submit]]</c>). Default: none.</summary>
    public ImmutableArray<BlockSubmitConfiguration> BlockSubmit { get; init; } = [];

    /// <summary>What is kept of found blocks (<c>[block_journal]</c>).</summary>
    public BlockJournalConfiguration BlockJournal { get; init; } = new();

    /// <summary>The HTTP interface.</summary>
    public MonitoringConfiguration Monitoring { get; init; } = new();

    /// <summary>Networks searched for miners' own web interfaces.</summary>
    public MinerTelemetryConfiguration MinerTelemetry { get; init; } = new();

    /// <summary>Bounds of what peers may use (<c>[limits]</c>).</summary>
    public LimitConfiguration Limits { get; init; } = new();

    /// <summary>Bounds of what the channel manager keeps (<c>[limits]</c> as well).</summary>
    public CoreLimits CoreLimits { get; init; } = new();

    /// <summary>When upstreams are left and taken back (<c>[fallback]</c>).</summary>
    public FallbackOptions Fallback { get; init; } = new();

    /// <summary>How long peers' answers are waited for (<c>[deadlines]</c>).</summary>
    public DeadlineOptions Deadlines { get; init; } = new();

    /// <summary>When the daemon says that something is wrong (<c>[watchdog]</c>).</summary>
    public WatchdogConfiguration Watchdog { get; init; } = new();

    /// <summary>
    /// Greatest <see cref="RollableExtranonceSize"/>: a full extranonce has 32 bytes, of which 2 tell our channels apart
    /// and at least 4 are the pool's own.
    /// </summary>
    public const int MaxRollableExtranonceSize = 32 - 2 - 4;

    /// <summary>
    /// Longest <see cref="MinerTag"/> in bytes: a scriptSig has 100, of which the template's prefix takes up to 8, two
    /// push opcodes 2, the fixed text around the tags 6 and the extranonce up to 32.
    /// </summary>
    public const int MaxMinerTagLength = 100 - 8 - 2 - 6 - 32;
}

/// <summary>The side that faces miners.</summary>
public sealed record DownstreamConfiguration
{
    /// <summary>
    /// Where to listen (<c>listening_address</c>, older <c>downstream_address</c> with <c>downstream_port</c>). Required.
    /// Port 0 lets the operating system choose.
    /// </summary>
    public required IPEndPoint ListeningAddress { get; init; }

    /// <summary>
    /// The authority key that signs our certificates (<c>authority_secret_key</c> and <c>authority_public_key</c>). Required.
    /// </summary>
    public required AuthoritySecretKey Authority { get; init; }

    /// <summary>How long a certificate shown to a miner is valid (<c>cert_validity_sec</c>). Required; 3,600 s is usual.</summary>
    public TimeSpan CertificateValidity { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// The proxies that every miner comes through (<c>proxy_protocol</c> and <c>trusted_proxies</c> in section
    /// <c>[downstream]</c>). Default: none, miners connect themselves.
    /// </summary>
    public ProxyConfiguration? Proxies { get; init; }
}

/// <summary>
/// Load balancers in front of us that say by the PROXY protocol, version 2, whose connection they pass on. Every connection must then
/// come from one of them and begin with a header.
/// </summary>
/// <param name="Trusted">Their addresses, as networks; not empty.</param>
public sealed record ProxyConfiguration(ImmutableArray<IPNetwork> Trusted)
{
    /// <summary>Whether what comes from this address is believed.</summary>
    public bool Trusts(IPAddress address)
    {
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Trusted.Any(network => network.Contains(plain));
    }
}

/// <summary>One pool with its job declarator server.</summary>
public sealed record UpstreamConfiguration
{
    /// <summary>The pool's mining server (<c>pool_address</c>, <c>pool_port</c>).</summary>
    public required PeerEndpoint Pool { get; init; }

    /// <summary>The pool's job declarator server (<c>jds_address</c>, <c>jds_port</c>).</summary>
    public required PeerEndpoint JobDeclarator { get; init; }

    /// <summary>The key that must have signed the pool's certificate (<c>authority_pubkey</c>).</summary>
    public required AuthorityPublicKey PoolAuthority { get; init; }

    /// <summary>
    /// The key that must have signed the job declarator's certificate (<c>jds_authority_pubkey</c>). Default: the pool's.
    /// </summary>
    public required AuthorityPublicKey JobDeclaratorAuthority { get; init; }

    /// <summary>What the pool knows the farm by, at most 255 bytes; may be empty (<c>user_identity</c>).</summary>
    public required string UserIdentity { get; init; }
}

/// <summary>What is paid when mining solo.</summary>
/// <param name="Text">As configured, for people.</param>
/// <param name="ScriptPubKey">The output's script.</param>
public sealed record RewardScript(string Text, ReadOnlyMemory<byte> ScriptPubKey);

/// <summary>Where logs go.</summary>
public sealed record LogConfiguration
{
    /// <summary>
    /// Also write to this file (<c>log_file</c>, option <c>-f</c>). Daily, and at 100 MB, what is in it goes to a file named after its
    /// day, of which 14 are kept. Default: console only.
    /// </summary>
    public string? File { get; init; }

    /// <summary>The least level that is written (<c>log_level</c>, or the variable <c>RUST_LOG</c>). Default: information.</summary>
    public Microsoft.Extensions.Logging.LogLevel Level { get; init; } = Microsoft.Extensions.Logging.LogLevel.Information;
}

/// <summary>The HTTP interface.</summary>
public sealed record MonitoringConfiguration
{
    /// <summary>Where it listens (<c>monitoring_address</c>). Default: nowhere.</summary>
    public IPEndPoint? Address { get; init; }

    /// <summary>
    /// What requests must show, as bearer token or as password of any user, 16 to 512 characters; probes of life and readiness
    /// and the page's own files need none (<c>monitoring_token</c>). Default: nothing.
    /// </summary>
    public MonitoringToken? Token { get; init; }

    /// <summary>Age at which its data are renewed (<c>monitoring_cache_refresh_secs</c>). Default 15 s.</summary>
    public TimeSpan CacheRefresh { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Metrics for each worker as well, and those of shares with the reference's labels, <c>client_id</c>, <c>channel_id</c> and
    /// <c>user_identity</c>, so that dashboards made for it work (<c>monitoring_worker_metrics</c>). At most 1,000 worker names and 1,000
    /// channels, with one series for each and for each code of refused shares; a channel that has ended makes room for the next, and what
    /// is beyond is summed under <c>other</c>. Default: no.
    /// </summary>
    public bool WorkerMetrics { get; init; }
}

/// <summary>
/// The search for mining devices, which are then asked for make, model, firmware, hash rate, power, temperature and uptime; the answers
/// are in <c>/api/v1/clients</c>, <c>/api/v1/workers</c> and on the page. A device is a connection's when the user of its pool is the
/// connection's user identity and the port of its pool is that of <c>listening_address</c>. Needs <c>monitoring_address</c>.
/// </summary>
public sealed record MinerTelemetryConfiguration
{
    /// <summary>Networks that may be searched.</summary>
    public const int MaxCidrs = 64;

    /// <summary>
    /// Private IPv4 networks of /24 or smaller, at most 64 (<c>cidrs</c>). Each address is asked once a minute, 64 at a time, and has 2 s
    /// for an answer of at most 64 KiB; with more than about 1,900 addresses that are silent a search takes longer than a minute. Default:
    /// none, the search is off.
    /// </summary>
    public ImmutableArray<IPNetwork> Cidrs { get; init; } = [];

    /// <summary>Where devices have cgminer's API, which nearly every firmware has (<c>port</c>). Default 4028.</summary>
    public int Port { get; init; } = 4028;
}
