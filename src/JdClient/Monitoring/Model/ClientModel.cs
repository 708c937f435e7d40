using JdClient.Monitoring.Telemetry;

namespace JdClient.Monitoring.Model;

/// <summary>The downstream side in sums.</summary>
internal sealed record Sv2ClientsSummary(
    int TotalClients, int TotalChannels, int ExtendedChannels, int StandardChannels, double TotalHashrate);

/// <summary>Downstream connections, a page of them.</summary>
internal sealed record Sv2ClientsResponse(long Offset, long Limit, int Total, IReadOnlyList<Sv2ClientMetadata> Items);

/// <summary>One downstream connection. What follows <c>miner_telemetry_status</c> is ours.</summary>
internal sealed record Sv2ClientMetadata
{
    /// <summary>Its number, never used twice by a process.</summary>
    public required long ClientId { get; init; }

    /// <summary><c>miner</c>, <c>translator_proxy</c> or <c>unknown</c>.</summary>
    public required string ClientKind { get; init; }

    /// <summary>Open extended channels.</summary>
    public required int ExtendedChannelsCount { get; init; }

    /// <summary>Open standard channels.</summary>
    public required int StandardChannelsCount { get; init; }

    /// <summary>Sum of their hash rates.</summary>
    public required double TotalHashrate { get; init; }

    /// <summary>The address of its device, where one was found.</summary>
    public string? ManagementIp { get; init; }

    /// <summary>What the device says of itself.</summary>
    public MinerTelemetry? MinerTelemetry { get; init; }

    /// <summary>
    /// <c>matched</c>, <c>unmatched</c>, <c>duplicate_worker_name</c> or <c>fetch_failed</c>; absent where none is searched for.
    /// </summary>
    public string? MinerTelemetryStatus { get; init; }

    /// <summary>Its address and port.</summary>
    public required string Peer { get; init; }

    /// <summary>Since when it is connected.</summary>
    public required DateTimeOffset ConnectedAt { get; init; }

    /// <summary>What it says it is: maker.</summary>
    public string? Vendor { get; init; }

    /// <summary>… model.</summary>
    public string? HardwareVersion { get; init; }

    /// <summary>… firmware.</summary>
    public string? Firmware { get; init; }

    /// <summary>… id.</summary>
    public string? DeviceId { get; init; }
}

/// <summary>The channels of a downstream connection, a page of each kind.</summary>
internal sealed record Sv2ClientChannelsResponse(
    long ClientId,
    long Offset,
    long Limit,
    int TotalExtended,
    int TotalStandard,
    IReadOnlyList<ExtendedChannelInfo> ExtendedChannels,
    IReadOnlyList<StandardChannelInfo> StandardChannels);

/// <summary>A standard channel. Sums begin with the channel.</summary>
internal record StandardChannelInfo
{
    /// <summary>Id on its connection.</summary>
    public required uint ChannelId { get; init; }

    /// <summary>Who mines, as the miner says.</summary>
    public required string UserIdentity { get; init; }

    /// <summary>The hash rate assumed of it.</summary>
    public required double NominalHashrate { get; init; }

    /// <summary>Whether that has been found out from shares.</summary>
    public required bool StableHashrate { get; init; }

    /// <summary>Its share target.</summary>
    public required string TargetHex { get; init; }

    /// <summary>The easiest target that the miner wants.</summary>
    public required string RequestedMaxTargetHex { get; init; }

    /// <summary>Its extranonce prefix; on a standard channel its whole extranonce.</summary>
    public required string ExtranoncePrefixHex { get; init; }

    /// <summary>Shares a minute that its target is made for.</summary>
    public required double ExpectedSharesPerMinute { get; init; }

    /// <summary>Valid shares.</summary>
    public required ulong SharesAccepted { get; init; }

    /// <summary>Refused shares.</summary>
    public required ulong SharesRejected { get; init; }

    /// <summary>Those by the code that the miner was sent.</summary>
    public required IReadOnlyDictionary<string, ulong> SharesRejectedByReason { get; init; }

    /// <summary>Sum of the valid shares' difficulties.</summary>
    public required double ShareWorkSum { get; init; }

    /// <summary>Sequence number of the last valid share.</summary>
    public required uint LastShareSequenceNumber { get; init; }

    /// <summary>The highest difficulty that a valid share met.</summary>
    public required double BestDiff { get; init; }

    /// <summary>Valid shares that are not acknowledged yet.</summary>
    public required uint LastBatchAccepted { get; init; }

    /// <summary>Sum of their difficulties.</summary>
    public required ulong LastBatchWorkSum { get; init; }

    /// <summary>Valid shares after which they are acknowledged.</summary>
    public required uint ShareBatchSize { get; init; }

    /// <summary>Blocks found.</summary>
    public required ulong BlocksFound { get; init; }

    /// <summary>When the last valid share came. Ours.</summary>
    public DateTimeOffset? LastShareAt { get; init; }
}

/// <summary>An extended channel. Sums begin with the channel.</summary>
internal sealed record ExtendedChannelInfo : StandardChannelInfo
{
    /// <param name="basis">What both kinds have.</param>
    /// <param name="fullSize"><see cref="FullExtranonceSize"/>.</param>
    /// <param name="rollableSize"><see cref="RollableExtranonceSize"/>.</param>
    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    internal ExtendedChannelInfo(StandardChannelInfo basis, int fullSize, int rollableSize)
        : base(basis) => (FullExtranonceSize, RollableExtranonceSize) = (fullSize, rollableSize);

    /// <summary>Bytes of its whole extranonce.</summary>
    public int FullExtranonceSize { get; }

    /// <summary>Bytes of it that the miner rolls.</summary>
    public int RollableExtranonceSize { get; }
}
