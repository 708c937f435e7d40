using System.Collections.Immutable;
using Bitcoin;

namespace JdClient.Core;

/// <summary>
/// All downstream connections with their channels. Immutable. Made in steps, so that connections are not all of the very
/// same moment.
/// </summary>
/// <param name="TakenAt">When it was begun.</param>
/// <param name="Sessions">The connections, by their id.</param>
public sealed record DownstreamSnapshot(DateTimeOffset TakenAt, ImmutableArray<SessionSnapshot> Sessions)
{
    /// <summary>Before the first.</summary>
    public static DownstreamSnapshot Empty { get; } = new(default, []);
}

/// <summary>One downstream connection. What it says of itself is as it says it, up to 255 bytes each.</summary>
/// <param name="Id">Which.</param>
/// <param name="Peer">Its address, for people.</param>
/// <param name="ConnectedAt">Since when.</param>
/// <param name="Device">What it says it is; null before its SetupConnection.</param>
/// <param name="HashRate">Sum of its channels' hash rates, hashes/s.</param>
/// <param name="Channels">Its channels.</param>
public sealed record SessionSnapshot(
    SessionId Id, string Peer, DateTimeOffset ConnectedAt, DeviceInfo? Device, double HashRate, ImmutableArray<ChannelSnapshot> Channels)
{
    /// <summary>How many of the channels are extended ones.</summary>
    public int ExtendedChannels { get; init; }
}

/// <summary>What a downstream says of itself in SetupConnection (spec 03, 3.6.1).</summary>
/// <param name="Vendor">Maker.</param>
/// <param name="HardwareVersion">Model.</param>
/// <param name="Firmware">Firmware.</param>
/// <param name="DeviceId">Its own id.</param>
public sealed record DeviceInfo(string Vendor, string HardwareVersion, string Firmware, string DeviceId);

/// <summary>One downstream channel.</summary>
public sealed record ChannelSnapshot
{
    /// <summary>Id on its connection.</summary>
    public required uint ChannelId { get; init; }

    /// <summary>Extended, otherwise standard.</summary>
    public required bool IsExtended { get; init; }

    /// <summary>Who mines, as the miner says.</summary>
    public required string UserIdentity { get; init; }

    /// <summary>The hash rate assumed of it, hashes/s.</summary>
    public required double HashRate { get; init; }

    /// <summary>Whether that has been found out, rather than believed.</summary>
    public required bool IsCalibrated { get; init; }

    /// <summary>Its share target.</summary>
    public required U256 Target { get; init; }

    /// <summary>The easiest target that the miner wants.</summary>
    public required U256 MaxTarget { get; init; }

    /// <summary>Its extranonce prefix.</summary>
    public required ReadOnlyMemory<byte> ExtranoncePrefix { get; init; }

    /// <summary>Bytes of its whole extranonce.</summary>
    public required int FullExtranonceSize { get; init; }

    /// <summary>Bytes of it that the miner rolls.</summary>
    public required int RollableSize { get; init; }

    /// <summary>Valid shares.</summary>
    public required ulong Accepted { get; init; }

    /// <summary>Refused shares.</summary>
    public required ulong Rejected { get; init; }

    /// <summary>Those by the code that the miner was sent.</summary>
    public required ImmutableArray<KeyValuePair<string, ulong>> RejectedByReason { get; init; }

    /// <summary>Sum of the valid shares' difficulties.</summary>
    public required double WorkSum { get; init; }

    /// <summary>Sequence number of the last valid share.</summary>
    public required uint LastSequenceNumber { get; init; }

    /// <summary>When that came.</summary>
    public required DateTimeOffset? LastAcceptedAt { get; init; }

    /// <summary>The highest difficulty that a valid share's hash met.</summary>
    public required double BestDifficulty { get; init; }

    /// <summary>Valid shares that are not acknowledged yet.</summary>
    public required uint BatchCount { get; init; }

    /// <summary>Sum of their difficulties.</summary>
    public required double BatchWork { get; init; }

    /// <summary>Valid shares after which they are acknowledged.</summary>
    public required uint BatchSize { get; init; }

    /// <summary>Blocks found.</summary>
    public required ulong BlocksFound { get; init; }
}
