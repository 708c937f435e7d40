namespace JdClient.Monitoring.Model;

// Names and units are the reference's (reference-behaviour 9.3): hash rates in hashes/s, work and difficulty in units of
// difficulty 1, targets and prefixes in hexadecimal with the most significant byte first.

/// <summary>Upstream and downstream in sums.</summary>
/// <param name="Server">The upstream side.</param>
/// <param name="Sv2Clients">The downstream side.</param>
/// <param name="Sv1Clients">Always null: there are none here.</param>
/// <param name="UptimeSecs">Seconds since the start.</param>
internal sealed record GlobalResponse(
    ServerSummary? Server,
    Sv2ClientsSummary? Sv2Clients,
    [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.Never)]
    object? Sv1Clients,
    long UptimeSecs);

/// <summary>The upstream side in sums.</summary>
internal sealed record ServerSummary(int TotalChannels, int ExtendedChannels, int StandardChannels, double TotalHashrate);

/// <summary>The upstream side.</summary>
internal sealed record ServerResponse(int ExtendedChannelsCount, int StandardChannelsCount, double TotalHashrate);

/// <summary>The channels at the pool that is mined for, a page of each kind.</summary>
internal sealed record ServerChannelsResponse(
    long Offset,
    long Limit,
    int TotalExtended,
    int TotalStandard,
    IReadOnlyList<ServerExtendedChannelInfo> ExtendedChannels,
    IReadOnlyList<ServerStandardChannelInfo> StandardChannels);

/// <summary>A channel at the pool; there is never one of this kind here. Sums begin with the channel.</summary>
internal record ServerStandardChannelInfo
{
    /// <summary>The pool's id of it.</summary>
    public required uint ChannelId { get; init; }

    /// <summary>What the pool knows us by.</summary>
    public required string UserIdentity { get; init; }

    /// <summary>The hash rate that the pool was told.</summary>
    public required double? NominalHashrate { get; init; }

    /// <summary>The pool's share target.</summary>
    public required string TargetHex { get; init; }

    /// <summary>What the pool puts in front of the extranonce.</summary>
    public required string ExtranoncePrefixHex { get; init; }

    /// <summary>Shares that the pool accepted.</summary>
    public required ulong SharesAcknowledged { get; init; }

    /// <summary>Shares sent, all valid here.</summary>
    public required ulong SharesSubmitted { get; init; }

    /// <summary>Shares that the pool refused.</summary>
    public required ulong SharesRejected { get; init; }

    /// <summary>Those by the pool's code.</summary>
    public required IReadOnlyDictionary<string, ulong> SharesRejectedByReason { get; init; }

    /// <summary>The pool's sum of the accepted shares' difficulties.</summary>
    public required ulong AcknowledgedWorkSum { get; init; }

    /// <summary>Sum of the difficulties that the pool asked of the shares sent.</summary>
    public required double ValidatedWorkSum { get; init; }

    /// <summary>The highest difficulty that a sent share met.</summary>
    public required double BestDiff { get; init; }

    /// <summary>Blocks among the shares sent.</summary>
    public required ulong BlocksFound { get; init; }
}

/// <summary>An extended channel at the pool.</summary>
internal sealed record ServerExtendedChannelInfo : ServerStandardChannelInfo
{
    /// <summary>Bytes of the whole extranonce.</summary>
    public required int FullExtranonceSize { get; init; }

    /// <summary>Bytes of it that are ours.</summary>
    public required int RollableExtranonceSize { get; init; }

    /// <summary>Whether the pool takes rolled versions.</summary>
    public required bool VersionRolling { get; init; }
}
