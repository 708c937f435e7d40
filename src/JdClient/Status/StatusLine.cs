using System.Globalization;

namespace JdClient.Status;

/// <summary>The status as one line, for <c>systemctl status</c>. Without figures that change all the time.</summary>
internal static class StatusLine
{
    internal static string Of(StatusReport status)
    {
        if (status.Alarms is [var alarm, ..])
            return Capitalized($"{alarm.Cause}; {alarm.Fix}");
        if (!status.Readiness.IsReady)
            return Capitalized($"not ready: {status.Readiness.Reason}");
        string since = status.SourceSince.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        return status.Source.UpstreamId is null
            ? $"Mining solo since {since} ({status.SourceReason})"
            : $"Mining for {status.Source.Name} since {since} ({status.SourceReason})";
    }

    private static string Capitalized(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
