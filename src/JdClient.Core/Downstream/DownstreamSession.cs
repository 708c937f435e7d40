using System.Collections.Immutable;
using JdClient.Core.Engine;
using Sv2.Channels;
using Sv2.Protocol;

namespace JdClient.Core.Downstream;

/// <summary>What a downstream may say next.</summary>
internal enum SessionPhase
{
    /// <summary>SetupConnection only.</summary>
    Connected,

    /// <summary>Everything.</summary>
    Open,

    /// <summary>Nothing any more: it is being closed, what it still sends is ignored.</summary>
    Closing,
}

/// <summary>A downstream connection with its channels.</summary>
internal sealed class DownstreamSession(SessionId id, string peer, DateTimeOffset connectedAt)
{
    /// <summary>The group of all its channels (reference-behaviour 6.12).</summary>
    public const uint GroupChannelId = 1;

    private uint _lastChannelId = GroupChannelId;

    /// <summary>Which connection.</summary>
    public SessionId Id { get; } = id;

    /// <summary>Its address, for people.</summary>
    public string Peer { get; } = peer;

    /// <summary>Since when.</summary>
    public DateTimeOffset ConnectedAt { get; } = connectedAt;

    /// <summary>What it says it is; null before its SetupConnection.</summary>
    public DeviceInfo? Device { get; set; }

    /// <summary>What it may say next.</summary>
    public SessionPhase Phase { get; set; }

    /// <summary>Until when its SetupConnection is waited for, and then, while it has none, a channel.</summary>
    public Deadline? Deadline { get; set; }

    /// <summary>It cannot use extended jobs.</summary>
    public bool RequiresStandardJobs { get; set; }

    /// <summary>Extensions agreed on; default while it has not asked.</summary>
    public ImmutableArray<ushort> Extensions { get; set; }

    /// <summary>Rollable extranonce bytes of each of its channels, fixed by the first that is open; null before.</summary>
    public int? RollableSize { get; set; }

    /// <summary>Its full extranonce: local prefix and rollable part. Only when it has had a channel.</summary>
    public int ExtranonceSize => ExtranonceSizes.LocalPrefix + RollableSize.GetValueOrDefault();

    /// <summary>Open channels by id. Bounded by <see cref="CoreLimits.ChannelsPerSession"/>.</summary>
    public Dictionary<uint, MinerChannel> Channels { get; } = [];

    /// <summary>How many channels it had when it was closed.</summary>
    public int ChannelsAtEnd { get; set; }

    /// <summary>Open requests that wait for the first work. Bounded by <see cref="CoreLimits.PendingOpensPerSession"/>.</summary>
    public Queue<Sv2Message> PendingOpens { get; } = new();

    /// <summary>Whether the identity of workers is told with each share.</summary>
    public bool TellsWorkers => !Extensions.IsDefault && Extensions.Contains(ExtensionTypes.WorkerHashrateTracking);

    /// <summary>A channel id that was never used on this connection.</summary>
    public uint NewChannelId() => ++_lastChannelId;
}
