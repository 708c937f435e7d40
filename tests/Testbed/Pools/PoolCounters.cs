using System.Collections.Immutable;

namespace Testbed.Pools;

/// <summary>What a pool has seen and done.</summary>
public sealed record PoolCounters
{
    public int Connections { get; init; }

    public int ChannelsOpened { get; init; }

    public int ChannelUpdates { get; init; }

    public int CustomJobsAccepted { get; init; }

    /// <summary>Refused SetCustomMiningJob messages by error code.</summary>
    public ImmutableSortedDictionary<string, int> CustomJobsRefused { get; init; } = ImmutableSortedDictionary<string, int>.Empty;

    public int SharesAccepted { get; init; }

    /// <summary>Refused shares by error code.</summary>
    public ImmutableSortedDictionary<string, int> SharesRefused { get; init; } = ImmutableSortedDictionary<string, int>.Empty;

    /// <summary>Accepted shares by the identity in their TLV field (extension 0x0002).</summary>
    public ImmutableSortedDictionary<string, int> SharesByWorker { get; init; } = ImmutableSortedDictionary<string, int>.Empty;

    /// <summary>Accepted shares that met the network target.</summary>
    public int Blocks { get; init; }

    /// <summary>Those of which the pool put the whole block together and its node took it, now or before.</summary>
    public int BlocksAccepted { get; init; }

    /// <summary>Reject reasons of the others.</summary>
    public ImmutableList<string> BlockRefusals { get; init; } = [];

    /// <summary>The sum of hash rates announced for open channels, in hashes/s.</summary>
    public double NominalHashRate { get; init; }

    /// <summary>Messages a client should not have sent.</summary>
    public ImmutableList<string> Violations { get; init; } = [];

    /// <summary>Of several pools together.</summary>
    internal static PoolCounters Sum(IEnumerable<PoolCounters> pools) => pools.Aggregate((a, b) => new PoolCounters
    {
        Connections = a.Connections + b.Connections,
        ChannelsOpened = a.ChannelsOpened + b.ChannelsOpened,
        ChannelUpdates = a.ChannelUpdates + b.ChannelUpdates,
        CustomJobsAccepted = a.CustomJobsAccepted + b.CustomJobsAccepted,
        CustomJobsRefused = Sum(a.CustomJobsRefused, b.CustomJobsRefused),
        SharesAccepted = a.SharesAccepted + b.SharesAccepted,
        SharesRefused = Sum(a.SharesRefused, b.SharesRefused),
        SharesByWorker = Sum(a.SharesByWorker, b.SharesByWorker),
        Blocks = a.Blocks + b.Blocks,
        BlocksAccepted = a.BlocksAccepted + b.BlocksAccepted,
        BlockRefusals = a.BlockRefusals.AddRange(b.BlockRefusals),
        NominalHashRate = a.NominalHashRate + b.NominalHashRate,
        Violations = a.Violations.AddRange(b.Violations),
    });

    internal static ImmutableSortedDictionary<string, int> Sum(
        ImmutableSortedDictionary<string, int> a, ImmutableSortedDictionary<string, int> b) =>
        b.Aggregate(a, (sum, pair) => sum.SetItem(pair.Key, sum.GetValueOrDefault(pair.Key) + pair.Value));

    internal static ImmutableSortedDictionary<string, int> Count(ImmutableSortedDictionary<string, int> counts, string key) =>
        counts.SetItem(key, counts.GetValueOrDefault(key) + 1);
}
