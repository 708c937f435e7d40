using Microsoft.Extensions.Logging;

namespace JdClient.Logging;

/// <summary>Lines about the sums over all runs: event ids 7000 to 7999.</summary>
internal static partial class StatisticsLog
{
    [LoggerMessage(7000, LogLevel.Warning,
        "Statistics of earlier runs cannot be read from {File}: {Reason}; counting begins anew, the old file is {Aside}")]
    internal static partial void StatisticsUnreadable(this ILogger log, string file, string reason, string aside);

    [LoggerMessage(7001, LogLevel.Warning,
        "Statistics cannot be written to {File}: {Reason} Mining and the block journal go on, and it is tried again each minute; see to "
        + "the disk or the permissions of data_dir")]
    internal static partial void StatisticsNotSaved(this ILogger log, string file, string reason);
}
