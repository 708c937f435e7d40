using Microsoft.Extensions.Logging;

namespace JdClient.Logging;

/// <summary>Lines about pools and job declarators: event ids 3000 to 3999. Each names the upstream.</summary>
internal static partial class UpstreamLog
{
    /// <summary>A warning where something went wrong; debug where it repeats what was told.</summary>
    [LoggerMessage(EventId = 3000, Message = "Upstream {Upstream}: {State}, {Health}, {Reason}{Retry}{Advice}")]
    internal static partial void UpstreamChanged(
        this ILogger log, LogLevel level, string upstream, string state, string health, string reason, string retry, string advice);

    [LoggerMessage(3001, LogLevel.Information, "Upstream {Upstream}: extensions {Extensions}")]
    internal static partial void UpstreamExtensions(this ILogger log, string upstream, string extensions);

    [LoggerMessage(3002, LogLevel.Information,
        "Upstream {Upstream} channel {Channel}: opened, extranonce prefix {Prefix} bytes and {Size} bytes to roll, difficulty "
        + "{Difficulty}")]
    internal static partial void UpstreamChannelOpened(
        this ILogger log, string upstream, uint channel, int prefix, int size, string difficulty);

    [LoggerMessage(3003, LogLevel.Information, "Upstream {Upstream}: difficulty {Difficulty}")]
    internal static partial void UpstreamTargetChanged(this ILogger log, string upstream, string difficulty);

    [LoggerMessage(3004, LogLevel.Information, "Upstream {Upstream}: new extranonce prefix of {Length} bytes")]
    internal static partial void UpstreamPrefixChanged(this ILogger log, string upstream, int length);

    [LoggerMessage(3005, LogLevel.Debug, "Upstream {Upstream}: told {HashRate}")]
    internal static partial void UpstreamHashRate(this ILogger log, string upstream, string hashRate);

    [LoggerMessage(3006, LogLevel.Information, "Upstream {Upstream}: {Role} is at {Host}:{Port} from now on, as it asked")]
    internal static partial void UpstreamRedirected(this ILogger log, string upstream, string role, string host, int port);

    [LoggerMessage(3007, LogLevel.Information, "Upstream {Upstream}: wants {Outputs} coinbase outputs of {Size} bytes")]
    internal static partial void PoolOutputsChanged(this ILogger log, string upstream, int outputs, int size);

    [LoggerMessage(3008, LogLevel.Information, "Upstream {Upstream}: passed over for {Chosen}; {State}, {Health}, {Reason}{Retry}")]
    internal static partial void UpstreamSkipped(
        this ILogger log, string upstream, string chosen, string state, string health, string reason, string retry);

    [LoggerMessage(3009, LogLevel.Information, "Upstreams are now {Names}; new: {Added}; no longer: {Removed}")]
    internal static partial void UpstreamListChanged(this ILogger log, string names, string added, string removed);

    [LoggerMessage(3011, LogLevel.Debug, "{Role} {Peer} (link {Link}): connected at {Address}")]
    internal static partial void LinkConnected(this ILogger log, string role, string peer, long link, string address);

    [LoggerMessage(3012, LogLevel.Debug, "{Role} {Peer} (link {Link}): connection ended, {Reason}")]
    internal static partial void LinkEnded(this ILogger log, string role, string peer, long link, string reason);

    // Debug, as the change of state that follows from it has a line of its own with the same words.
    [LoggerMessage(3013, LogLevel.Debug, "{Role} {Peer} (link {Link}): no {Awaited} within {Seconds} s")]
    internal static partial void DeadlineMissed(this ILogger log, string role, string peer, long link, string awaited, double seconds);

    [LoggerMessage(3014, LogLevel.Debug, "{Role} {Peer} (link {Link}): broke the protocol, {Detail}")]
    internal static partial void PeerViolation(this ILogger log, string role, string peer, long link, string detail);

    [LoggerMessage(3015, LogLevel.Debug, "{Role} {Peer} (link {Link}): {Message} for {Id} fits nothing, dropped")]
    internal static partial void StrayMessage(this ILogger log, string role, string peer, long link, string message, ulong id);

    [LoggerMessage(3016, LogLevel.Debug, "{Source}: {Message} came after the end, dropped")]
    internal static partial void LateMessage(this ILogger log, string source, string message);

    [LoggerMessage(3020, LogLevel.Information, "Upstream {Upstream}: template {Template} waits for a token")]
    internal static partial void TokenAwaited(this ILogger log, string upstream, ulong template);

    [LoggerMessage(3021, LogLevel.Information,
        "Upstream {Upstream}: template {Template} declared with {Transactions} transactions (request {Request})")]
    internal static partial void JobDeclared(this ILogger log, string upstream, ulong template, uint request, int transactions);

    [LoggerMessage(3022, LogLevel.Information, "Upstream {Upstream}: {Transactions} missing transactions provided (request {Request})")]
    internal static partial void MissingTransactionsProvided(this ILogger log, string upstream, uint request, int transactions);

    [LoggerMessage(3023, LogLevel.Information,
        "Upstream {Upstream}: declaration of template {Template} acknowledged after {Milliseconds:0.0} ms")]
    internal static partial void DeclarationAcknowledged(this ILogger log, string upstream, ulong template, double milliseconds);

    [LoggerMessage(3024, LogLevel.Warning,
        "Upstream {Upstream}: declaration of template {Template} refused, {ErrorCode} {Details}; {Decision}")]
    internal static partial void DeclarationRefused(
        this ILogger log, string upstream, ulong template, string errorCode, string details, string decision);

    [LoggerMessage(3025, LogLevel.Debug, "Upstream {Upstream}: custom job of template {Template} sent (request {Request})")]
    internal static partial void CustomJobSent(this ILogger log, string upstream, ulong template, uint request);

    [LoggerMessage(3026, LogLevel.Information,
        "Upstream {Upstream}: custom job of template {Template} is job {Job} there, after {Milliseconds:0.0} ms; {Shares} waiting shares "
        + "sent")]
    internal static partial void CustomJobAcknowledged(
        this ILogger log, string upstream, ulong template, uint job, double milliseconds, int shares);

    [LoggerMessage(3027, LogLevel.Warning, "Upstream {Upstream}: custom job of template {Template} refused, {ErrorCode}; {Decision}")]
    internal static partial void CustomJobRefused(this ILogger log, string upstream, ulong template, string errorCode, string decision);

    [LoggerMessage(3030, LogLevel.Debug, "Upstream {Upstream}: share {Sequence} sent")]
    internal static partial void UpstreamShareSent(this ILogger log, string upstream, uint sequence);

    [LoggerMessage(3031, LogLevel.Debug, "Upstream {Upstream}: {Count} shares accepted, difficulty {Difficulty} in all")]
    internal static partial void UpstreamSharesAccepted(this ILogger log, string upstream, uint count, ulong difficulty);

    [LoggerMessage(3032, LogLevel.Warning, "Upstream {Upstream}: share {Sequence} refused, {ErrorCode} (fault {Faults})")]
    internal static partial void UpstreamShareRejected(this ILogger log, string upstream, uint sequence, string errorCode, int faults);

    [LoggerMessage(3033, LogLevel.Information, "Upstream {Upstream}: {Count} shares did not go there, {Cause}")]
    internal static partial void SharesDropped(this ILogger log, string upstream, int count, string cause);

    [LoggerMessage(3034, LogLevel.Debug, "Upstream {Upstream}: {Count} shares did not go there, {Cause}")]
    internal static partial void SharesAboveTarget(this ILogger log, string upstream, int count, string cause);

    /// <summary>A warning where the pool's pay is lost for the time being.</summary>
    [LoggerMessage(EventId = 3040, Message = "Work changes from {From} (after {Lasted}) to {To}: {Reason}")]
    internal static partial void WorkSourceChanged(
        this ILogger log, LogLevel level, string from, string lasted, string to, string reason);
}
