using JdClient.TaskManager;
using Microsoft.Extensions.Logging;

namespace JdClient.Logging;

/// <summary>Lines of the daemon as a whole: event ids 1000 to 1999.</summary>
internal static partial class HostLog
{
    [LoggerMessage(1000, LogLevel.Information,
        "JdClient {Version} starts: mode {Mode}, {Upstreams} upstreams, template provider {Provider}")]
    internal static partial void Starting(this ILogger log, string version, string mode, int upstreams, string provider);

    [LoggerMessage(1001, LogLevel.Information, "Miners: {Url}")]
    internal static partial void MinerUrl(this ILogger log, string url);

    [LoggerMessage(1002, LogLevel.Information, "Stopping: {Reason}")]
    internal static partial void Stopping(this ILogger log, string reason);

    [LoggerMessage(1003, LogLevel.Information, "Stopped")]
    internal static partial void Stopped(this ILogger log);

    [LoggerMessage(1004, LogLevel.Error, "Not ended in time: {Tasks}")]
    internal static partial void TasksLeft(this ILogger log, string tasks);

    [LoggerMessage(1005, LogLevel.Critical, "The daemon ends: {Reason}")]
    internal static partial void Ending(this ILogger log, string reason);

    [LoggerMessage(1010, LogLevel.Error, "Task {Task} failed; action: {Action}")]
    internal static partial void TaskFaulted(this ILogger log, Exception exception, string task, FaultAction action);

    [LoggerMessage(1011, LogLevel.Error, "A task failed with an exception that nobody looked at")]
    internal static partial void TaskUnobserved(this ILogger log, Exception exception);

    [LoggerMessage(1020, LogLevel.Warning, "Configuration: {Problem}")]
    internal static partial void ConfigurationProblem(this ILogger log, string problem);

    [LoggerMessage(1021, LogLevel.Information, "Configuration read anew: {Changes}")]
    internal static partial void Reloaded(this ILogger log, string changes);

    [LoggerMessage(1022, LogLevel.Error, "The configuration has {Errors} errors; the one before stays in effect")]
    internal static partial void NotReloaded(this ILogger log, int errors);

    [LoggerMessage(1023, LogLevel.Warning, "Changed in the configuration, but takes effect at the next start only: {Keys}")]
    internal static partial void NeedsRestart(this ILogger log, string keys);

    [LoggerMessage(1030, LogLevel.Warning, "{Count} more lines like event {Kind} were left out")]
    internal static partial void LinesLeftOut(this ILogger log, long count, int kind);

    [LoggerMessage(1031, LogLevel.Warning, "The channel manager reports {Report}, which has no line of its own")]
    internal static partial void UnknownReport(this ILogger log, string report);

    [LoggerMessage(1040, LogLevel.Error, "The channel manager failed on {Event}; the event is dropped, the daemon goes on")]
    internal static partial void CoreFaulted(this ILogger log, Exception exception, string @event);

    [LoggerMessage(1041, LogLevel.Debug,
        "A message of an unknown type was ignored: {Source}, extension 0x{Extension:x4}, type 0x{Type:x2}")]
    internal static partial void UnknownMessage(this ILogger log, string source, ushort extension, byte type);

    [LoggerMessage(1050, LogLevel.Warning, "Watchdog: {Cause}; {Fix}")]
    internal static partial void AlarmRaised(this ILogger log, string cause, string fix);

    [LoggerMessage(1051, LogLevel.Information, "Watchdog: over after {Seconds:0} s: {Cause}")]
    internal static partial void AlarmOver(this ILogger log, string cause, double seconds);

    [LoggerMessage(1052, LogLevel.Information, "Ready: miners can connect and have work")]
    internal static partial void Ready(this ILogger log);
}
