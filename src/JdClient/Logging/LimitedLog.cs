using Microsoft.Extensions.Logging;

namespace JdClient.Logging;

/// <summary>A log with the limiter of its lines.</summary>
/// <param name="logger">Where they go.</param>
/// <param name="limiter">How many.</param>
internal sealed class LimitedLog(ILogger logger, LineLimiter limiter)
{
    /// <summary>The log itself.</summary>
    internal ILogger Logger => logger;

    /// <summary>Whether a line of this event may be written now; tells what was left out since the last one.</summary>
    internal bool May(int eventId)
    {
        if (!limiter.TryTake(eventId, out long leftOut))
            return false;
        if (leftOut > 0)
            logger.LinesLeftOut(leftOut, eventId);
        return true;
    }
}
