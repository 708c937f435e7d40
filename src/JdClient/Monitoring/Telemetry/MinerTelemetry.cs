namespace JdClient.Monitoring.Telemetry;

/// <summary>What a mining device says of itself (reference-behaviour 9.4). Null is what it does not tell.</summary>
internal sealed record MinerTelemetry
{
    /// <summary>Maker.</summary>
    public string? Make { get; init; }

    /// <summary>Model.</summary>
    public string? Model { get; init; }

    /// <summary>Firmware with its version.</summary>
    public string? FirmwareVersion { get; init; }

    /// <summary>Its hash rate by its own count, hashes/s.</summary>
    public double? ReportedHashrateHs { get; init; }

    /// <summary>Power it takes, W.</summary>
    public double? PowerConsumptionW { get; init; }

    /// <summary>Energy for its hashes, J/TH.</summary>
    public double? EfficiencyJPerTh { get; init; }

    /// <summary>Mean of its temperatures, °C.</summary>
    public double? AverageTemperatureC { get; init; }

    /// <summary>Seconds since it was started.</summary>
    public ulong? UptimeSecs { get; init; }

    /// <summary>Whether it hashes.</summary>
    public bool? IsMining { get; init; }
}

/// <summary>Whether a connection's device was found.</summary>
internal enum MinerTelemetryStatus
{
    /// <summary>Found, and it answered.</summary>
    Matched,

    /// <summary>No device is configured with the connection's user identity and our port.</summary>
    Unmatched,

    /// <summary>Several connections or several devices have the same user identity.</summary>
    DuplicateWorkerName,

    /// <summary>Found, but it does not answer now.</summary>
    FetchFailed,
}

/// <summary>What is known of a connection's device.</summary>
/// <param name="Status">Whether it was found.</param>
/// <param name="ManagementIp">Where; null when it was not.</param>
/// <param name="Telemetry">What it said last; null when it did not.</param>
internal sealed record ClientTelemetry(MinerTelemetryStatus Status, string? ManagementIp, MinerTelemetry? Telemetry);

/// <summary>A pool that a device is configured for.</summary>
/// <param name="User">The user.</param>
/// <param name="Port">The pool's port.</param>
internal readonly record struct DevicePool(string User, int Port);
