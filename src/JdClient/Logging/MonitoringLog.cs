using Microsoft.Extensions.Logging;

namespace JdClient.Logging;

/// <summary>Lines about the HTTP interface: event ids 6000 to 6999.</summary>
internal static partial class MonitoringLog
{
    [LoggerMessage(6000, LogLevel.Information, "Monitoring: {Url}")]
    internal static partial void MonitoringListening(this ILogger log, string url);

    [LoggerMessage(6001, LogLevel.Error,
        "Monitoring cannot listen on {Address}: {Reason} Mining goes on without it, and it is tried again; change monitoring_address, or "
        + "end what listens there")]
    internal static partial void MonitoringUnavailable(this ILogger log, string address, string reason);

    [LoggerMessage(6003, LogLevel.Information, "Miner telemetry: {Addresses} addresses are searched for mining devices once a minute")]
    internal static partial void TelemetrySearches(this ILogger log, int addresses);

    [LoggerMessage(6004, LogLevel.Debug, "Miner telemetry: {Devices} mining devices at {Addresses} addresses")]
    internal static partial void TelemetryFound(this ILogger log, int devices, int addresses);

    [LoggerMessage(6002, LogLevel.Error, "Monitoring: a request failed at {Endpoint}")]
    internal static partial void RequestFailed(this ILogger log, Exception exception, string endpoint);
}
