using Microsoft.Extensions.Logging;

namespace JdClient.Configuration;

/// <summary>Log levels as people write them, in .NET's words and in those of <c>RUST_LOG</c>.</summary>
internal static class LogLevels
{
    /// <summary>
    /// The level of a text such as <c>debug</c>. Of a filter such as <c>jd_client=debug,info</c> the part without a
    /// target counts, otherwise the first; null where there is no level in it.
    /// </summary>
    internal static LogLevel? TryParse(string text)
    {
        LogLevel? targeted = null;
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            LogLevel? level = One(part[(equals + 1)..].Trim());
            if (equals < 0 && level is not null)
                return level;
            targeted ??= level;
        }

        return targeted;
    }

    /// <summary>The name printed by --check-config.</summary>
    internal static string Name(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error or LogLevel.Critical => "error",
        _ => "off",
    };

    private static LogLevel? One(string text) => text.ToLowerInvariant() switch
    {
        "trace" or "verbose" => LogLevel.Trace,
        "debug" => LogLevel.Debug,
        "info" or "information" => LogLevel.Information,
        "warn" or "warning" => LogLevel.Warning,
        "error" => LogLevel.Error,
        "critical" or "fatal" => LogLevel.Critical,
        "off" or "none" => LogLevel.None,
        _ => null,
    };
}
