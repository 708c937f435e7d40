using System.Collections.Immutable;
using BitcoinCore.Ipc;
using Testbed.Faults;
using Testbed.Miners;

namespace Testbed.Farms;

/// <summary>How the farm mines.</summary>
public enum FarmMode
{
    FullTemplate,
    CoinbaseOnly,
    Solo,
}

/// <summary>What gives templates.</summary>
public enum FarmProvider
{
    Sv2,
    Ipc,
}

/// <summary>What its miners open.</summary>
public enum FarmChannels
{
    Mixed,
    Extended,
    Standard,
}

/// <summary>How a farm is made.</summary>
public sealed record FarmOptions
{
    public FarmMode Mode { get; init; } = FarmMode.FullTemplate;

    public FarmChannels Channels { get; init; } = FarmChannels.Mixed;

    /// <summary>Mining devices, a connection each.</summary>
    public int Miners { get; init; } = 8;

    /// <summary>Blocks the provider must accept; 0 runs for the whole duration.</summary>
    public int UntilBlocks { get; init; } = 3;

    /// <summary>The run ends after this at the latest.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Hashes a second of each device.</summary>
    public double HashRate { get; init; } = 2_500;

    /// <summary>Mean time between blocks: sets the network's difficulty.</summary>
    public TimeSpan BlockInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Time between fee updates.</summary>
    public TimeSpan FeeInterval { get; init; } = TimeSpan.FromMilliseconds(900);

    /// <summary>Shares a minute that the daemon aims at on each channel.</summary>
    public double SharesPerMinute { get; init; } = 60;

    /// <summary>Shares a minute that the pool aims at for all of the farm.</summary>
    public double PoolSharesPerMinute { get; init; } = 240;

    /// <summary>Transactions of a template.</summary>
    public int TransactionCount { get; init; } = 200;

    /// <summary>The part of them that the job declarator does not know.</summary>
    public double MissingShare { get; init; } = 0.05;

    /// <summary>A raw block whose transactions are mined.</summary>
    public ReadOnlyMemory<byte>? RealBlock { get; init; }

    /// <summary>Where the daemon serves status and metrics.</summary>
    public int? MonitorPort { get; init; }

    /// <summary>The program to run as the daemon, in a process of its own; null runs this repository's inside.</summary>
    public ImmutableArray<string>? DaemonCommand { get; init; }

    /// <summary>The generation of the Bitcoin Core node whose socket gives templates; null takes them from a provider over Sv2.</summary>
    public NodeGeneration? Ipc { get; init; }

    /// <summary>The network that node is said to be on.</summary>
    public string NodeNetwork { get; init; } = "regtest";

    /// <summary>Pools, each with its own job declarator, best first.</summary>
    public int Pools { get; init; } = 1;

    /// <summary>Template providers, best first; all after the first over Sv2.</summary>
    public int Providers { get; init; } = 1;

    /// <summary>
    /// What fails when. With faults the run goes on until its goal is met after the last one was healed, and the daemon's
    /// times are short.
    /// </summary>
    public FaultPlan Faults { get; init; } = FaultPlan.None;

    /// <summary>Whether found blocks also go to a node whole, by JSON-RPC. With faults they do in any case.</summary>
    public bool SubmitsBlocks { get; init; }

    /// <summary>Keys added to the daemon's configuration as they are.</summary>
    public string ExtraKeys { get; init; } = "";

    /// <summary>Tables added to the daemon's configuration as they are.</summary>
    public string ExtraTables { get; init; } = "";

    /// <summary>Seeds transactions and miners.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>
    /// The same farm with a plan of faults, and with everything quicker: blocks, templates and shares come several times a
    /// second, so that a few seconds show what a fault does.
    /// </summary>
    public FarmOptions WithFaults(FaultPlan plan) => this with
    {
        Faults = plan,
        BlockInterval = TimeSpan.FromMilliseconds(500),
        FeeInterval = TimeSpan.FromMilliseconds(300),
        TransactionCount = 40,
        SharesPerMinute = 240,
        PoolSharesPerMinute = 1200,
    };

    /// <summary>The channels of the n-th miner, and whether it wants standard jobs.</summary>
    internal (ImmutableArray<ChannelKind> Kinds, bool StandardJobs) ChannelsOf(int miner) => (Channels, miner % 4) switch
    {
        (FarmChannels.Extended, 3) => ([ChannelKind.Extended, ChannelKind.Extended], false),
        (FarmChannels.Extended, _) => ([ChannelKind.Extended], false),
        (FarmChannels.Standard, 3) => ([ChannelKind.Standard, ChannelKind.Standard], false),
        (FarmChannels.Standard, _) => ([ChannelKind.Standard], miner % 2 == 0),
        (_, 0) => ([ChannelKind.Extended], false),
        (_, 1) => ([ChannelKind.Standard], true),
        (_, 2) => ([ChannelKind.Extended, ChannelKind.Standard], false),
        _ => ([ChannelKind.Standard, ChannelKind.Standard], false),
    };
}
