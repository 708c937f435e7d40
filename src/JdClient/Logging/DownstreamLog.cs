using Microsoft.Extensions.Logging;

namespace JdClient.Logging;

/// <summary>Lines about miners: event ids 2000 to 2999. Each names the miner's session and address, and the channel.</summary>
internal static partial class DownstreamLog
{
    [LoggerMessage(2000, LogLevel.Information, "Listening for miners on {EndPoint}")]
    internal static partial void Listening(this ILogger log, string endPoint);

    [LoggerMessage(2001, LogLevel.Debug, "Miner {Session} ({Peer}): connected")]
    internal static partial void MinerConnected(this ILogger log, long session, string peer);

    [LoggerMessage(2002, LogLevel.Warning, "Miner at {Peer}: no handshake, {Reason}")]
    internal static partial void HandshakeFailed(this ILogger log, string peer, string reason);

    [LoggerMessage(2003, LogLevel.Warning, "Miner at {Peer}: not admitted, {Reason}")]
    internal static partial void NotAdmitted(this ILogger log, string peer, string reason);

    [LoggerMessage(2004, LogLevel.Warning, "Accepting connections failed, trying again in {Pause} ms: {Reason}")]
    internal static partial void AcceptFailed(this ILogger log, string reason, double pause);

    [LoggerMessage(2005, LogLevel.Error,
        "No more miners can connect, {Connections} are: {Reason}. Raise the limit of open files (LimitNOFILE= in systemd, ulimit -n)")]
    internal static partial void OutOfFiles(this ILogger log, string reason, int connections);

    [LoggerMessage(2006, LogLevel.Information, "Miners can connect again after {Seconds:0.0} s")]
    internal static partial void AcceptsAgain(this ILogger log, double seconds);

    [LoggerMessage(2007, LogLevel.Warning,
        "This process may open {Files} files: there is room for {Room} miners, not for max_connections = {MaxConnections}. " +
        "Raise the limit to {Wanted} (LimitNOFILE= in systemd, ulimit -n), or lower max_connections")]
    internal static partial void FewFiles(this ILogger log, int files, int room, int maxConnections, int wanted);

    [LoggerMessage(2008, LogLevel.Debug, "Health check from {Peer}")]
    internal static partial void HealthCheck(this ILogger log, string peer);

    [LoggerMessage(2010, LogLevel.Information,
        "Miner {Session} ({Peer}): accepted, {Vendor} {Hardware} {Firmware} {Device}, standard jobs required: {StandardJobs}")]
    internal static partial void SessionAccepted(
        this ILogger log, long session, string peer, string vendor, string hardware, string firmware, string device, bool standardJobs);

    [LoggerMessage(2011, LogLevel.Warning, "Miner {Session} ({Peer}): refused, {ErrorCode}")]
    internal static partial void SessionRefused(this ILogger log, long session, string peer, string errorCode);

    [LoggerMessage(2012, LogLevel.Warning, "Miner {Session} ({Peer}): broke the protocol, {Detail}")]
    internal static partial void SessionViolation(this ILogger log, long session, string peer, string detail);

    /// <summary>The level is debug where the reason already had a line of its own.</summary>
    [LoggerMessage(EventId = 2013, Message = "Miner {Session} ({Peer}): disconnected with {Channels} channels, {Reason}")]
    internal static partial void SessionClosed(this ILogger log, LogLevel level, long session, string peer, int channels, string reason);

    [LoggerMessage(2014, LogLevel.Debug, "Miner {Session} ({Peer}): extensions {Extensions}")]
    internal static partial void SessionExtensions(this ILogger log, long session, string peer, string extensions);

    [LoggerMessage(2020, LogLevel.Information,
        "Miner {Session} ({Peer}) channel {Channel}: opened, {Kind}, \"{User}\", {HashRate}, difficulty {Difficulty}")]
    internal static partial void ChannelOpened(
        this ILogger log, long session, string peer, uint channel, string kind, string user, string hashRate, string difficulty);

    [LoggerMessage(2021, LogLevel.Information, "Miner {Session} ({Peer}): request {Request} waits for the first work")]
    internal static partial void ChannelWaits(this ILogger log, long session, string peer, uint request);

    [LoggerMessage(2022, LogLevel.Warning, "Miner {Session} ({Peer}): request {Request} of \"{User}\" for a channel refused, {ErrorCode}")]
    internal static partial void ChannelRefused(this ILogger log, long session, string peer, uint request, string user, string errorCode);

    [LoggerMessage(2023, LogLevel.Information, "Miner {Session} ({Peer}) channel {Channel}: closed, {Reason}")]
    internal static partial void ChannelClosed(this ILogger log, long session, string peer, uint channel, string reason);

    [LoggerMessage(2024, LogLevel.Debug, "Miner {Session} ({Peer}) channel {Channel}: difficulty {Difficulty} for {HashRate}")]
    internal static partial void TargetChanged(
        this ILogger log, long session, string peer, uint channel, string hashRate, string difficulty);

    [LoggerMessage(2030, LogLevel.Debug,
        "Miner {Session} ({Peer}) channel {Channel}: share of job {Job} accepted, difficulty {Difficulty}")]
    internal static partial void ShareAccepted(this ILogger log, long session, string peer, uint channel, uint job, double difficulty);

    [LoggerMessage(2031, LogLevel.Debug, "Miner {Session} ({Peer}) channel {Channel}: share of job {Job} refused, {ErrorCode}")]
    internal static partial void ShareRejected(this ILogger log, long session, string peer, uint channel, uint job, string errorCode);
}
