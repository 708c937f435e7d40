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

    [LoggerMessage(6002, LogLevel.Error, "Monitoring: a request failed at {Endpoint}")]
    internal static partial void RequestFailed(this ILogger log, Exception exception, string endpoint);
}
