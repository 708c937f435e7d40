using Bitcoin;

namespace Simulation.Peers;

/// <summary>What a pool keeps for one connection.</summary>
internal sealed class PoolSession(bool fixedVersion)
{
    public const uint ChannelId = 40;

    public bool FixedVersion { get; } = fixedVersion;

    public bool ChannelIsOpen { get; set; }

    public byte[] Prefix { get; set; } = [];

    /// <summary>How often the prefix was changed.</summary>
    public int Prefixes { get; set; }

    public int Grant { get; set; }

    public U256 Target { get; set; }

    /// <summary>Jobs that were acknowledged to the core, by the pool's id.</summary>
    public Dictionary<uint, PoolJob> Jobs { get; } = [];

    /// <summary>Jobs acknowledged on the tip that the core mines.</summary>
    public List<PoolJob> Current { get; } = [];

    public HashSet<U256> Shares { get; } = [];

    /// <summary>When the daemon said something here last: a pool may end who is silent for long.</summary>
    public DateTimeOffset HeardAt { get; set; }

    public uint LastSequence { get; set; }

    public uint Unacknowledged { get; set; }
}
