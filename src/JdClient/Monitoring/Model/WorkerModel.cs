using JdClient.Monitoring.Telemetry;

namespace JdClient.Monitoring.Model;

/// <summary>Channels of all downstream connections, a page of them.</summary>
internal sealed record WorkersResponse(long Offset, long Limit, int Total, IReadOnlyList<WorkerInfo> Items);

/// <summary>A channel with the connection it is on. Sums begin with the channel.</summary>
internal sealed record WorkerInfo
{
    /// <summary>The connection's number.</summary>
    public required long ClientId { get; init; }

    /// <summary>Id on that connection.</summary>
    public required uint ChannelId { get; init; }

    /// <summary><c>extended</c> or <c>standard</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Who mines, as the miner says.</summary>
    public required string UserIdentity { get; init; }

    /// <summary>The connection's address and port.</summary>
    public required string Peer { get; init; }

    /// <summary>The hash rate assumed of it, hashes/s.</summary>
    public required double HashRate { get; init; }

    /// <summary>Valid shares.</summary>
    public required ulong Accepted { get; init; }

    /// <summary>Refused shares.</summary>
    public required ulong Rejected { get; init; }

    /// <summary>Those by the code that the miner was sent.</summary>
    public required IReadOnlyDictionary<string, ulong> RejectedByReason { get; init; }

    /// <summary>Blocks found.</summary>
    public required ulong BlocksFound { get; init; }

    /// <summary>When the last valid share came.</summary>
    public DateTimeOffset? LastShareAt { get; init; }

    /// <summary>What the connection's device says of itself.</summary>
    public MinerTelemetry? MinerTelemetry { get; init; }

    /// <summary>As for clients.</summary>
    public string? MinerTelemetryStatus { get; init; }
}
