using JdClient.Configuration;
using JdClient.Monitoring.Telemetry;
using JdClient.Statistics;
using JdClient.Status;

namespace JdClient.Monitoring;

/// <summary>What endpoints may read: immutable snapshots and counters, never the channel manager itself.</summary>
/// <param name="Configuration">The daemon's configuration.</param>
/// <param name="Daemon">Where it listens, the channel manager's snapshot.</param>
/// <param name="Status">What it is doing and why.</param>
/// <param name="Flow">Hash rate and shares over time.</param>
/// <param name="Telemetry">What miners' devices say of themselves.</param>
/// <param name="Statistics">The sums over all runs.</param>
/// <param name="Time">The clock.</param>
internal sealed record MonitoringSources(
    JdcConfiguration Configuration,
    DaemonStatus Daemon,
    StatusService Status,
    FlowHistory Flow,
    MinerTelemetrySearch Telemetry,
    StatisticsBook Statistics,
    TimeProvider Time);
