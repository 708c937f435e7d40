using Microsoft.Extensions.Logging;

namespace JdClient.Logging;

/// <summary>Lines about found blocks: event ids 5000 to 5999. They are never left out.</summary>
internal static partial class BlockLog
{
    [LoggerMessage(5000, LogLevel.Warning,
        "BLOCK FOUND {Hash} by {FoundBy} for {Source}: submitted to the template provider: {Submitted}, pushed to the job declarator: "
        + "{Pushed}")]
    internal static partial void BlockFound(this ILogger log, string hash, string foundBy, string source, bool submitted, bool pushed);

    [LoggerMessage(5001, LogLevel.Critical,
        "Miner {Session} ({Peer}) channel {Channel}: a block of job {Job} does not fit its coinbase and cannot be published; this is a "
        + "defect of this program, please report it")]
    internal static partial void BlockInconsistent(this ILogger log, long session, string peer, uint channel, uint job);

    [LoggerMessage(5002, LogLevel.Warning,
        "Block {Hash}: its solution was offered to template provider {Provider} again, which may no longer have the template")]
    internal static partial void BlockResubmitted(this ILogger log, string hash, string provider);

    [LoggerMessage(5003, LogLevel.Warning, "Block {Hash}: is the tip of template provider {Provider}")]
    internal static partial void BlockConfirmed(this ILogger log, string hash, string provider);

    [LoggerMessage(5004, LogLevel.Information, "Block {Hash}: its transactions have come, it is whole now")]
    internal static partial void BlockCompleted(this ILogger log, string hash);

    [LoggerMessage(5010, LogLevel.Information, "Block {Hash}: written to {Path}")]
    internal static partial void BlockWritten(this ILogger log, string hash, string path);

    [LoggerMessage(5011, LogLevel.Error, "Block {Hash}: could not be written to {Path}")]
    internal static partial void BlockNotWritten(this ILogger log, Exception exception, string hash, string path);

    [LoggerMessage(5012, LogLevel.Critical, "Block {Hash}: the journal's queue is full, it is not written")]
    internal static partial void BlockNotQueued(this ILogger log, string hash);

    [LoggerMessage(5013, LogLevel.Error,
        "The block journal in {Path} cannot be read or written; found blocks are published but not kept; check its owner and mode")]
    internal static partial void JournalUnusable(this ILogger log, Exception exception, string path);

    [LoggerMessage(5014, LogLevel.Warning, "Block journal: {Path} is not readable and is left alone, {Reason}")]
    internal static partial void JournalEntryUnreadable(this ILogger log, string path, string reason);

    [LoggerMessage(
        5015,
        LogLevel.Warning,
        "Block {Hash} of {FoundAt:yyyy-MM-dd HH:mm:ss} UTC is in the journal without an outcome; submitted again: {What}")]
    internal static partial void BlockUnconfirmed(this ILogger log, string hash, DateTimeOffset foundAt, string what);

    [LoggerMessage(5016, LogLevel.Warning, "The block journal in {Path}: old blocks could not be deleted")]
    internal static partial void JournalNotPruned(this ILogger log, Exception exception, string path);

    [LoggerMessage(5017, LogLevel.Error,
        "Block {Hash}: the chain is {Tips} tips further and no node has taken or refused it ({Answers}); it is sent on until {Hours} hours "
        + "after it was found. Bring a [[block_submit]] node back")]
    internal static partial void BlockLate(this ILogger log, string hash, int tips, string answers, double hours);

    [LoggerMessage(5018, LogLevel.Error,
        "Block {Hash}: is not sent any more, {Reason}; what was said of it: {Answers}. The command blocks submit sends it once more")]
    internal static partial void BlockGivenUp(this ILogger log, string hash, string reason, string answers);

    [LoggerMessage(5019, LogLevel.Warning, "Block {Hash}: has not become the tip while {Tips} others did: {Answers}")]
    internal static partial void BlockNotSeen(this ILogger log, string hash, int tips, string answers);

    [LoggerMessage(5020, LogLevel.Warning, "Block {Hash}: {Target} says {Answer}")]
    internal static partial void BlockSubmitted(this ILogger log, string hash, string target, string answer);

    [LoggerMessage(5021, LogLevel.Error, "Block {Hash}: {Target} REFUSES it: {Reason}")]
    internal static partial void BlockRefused(this ILogger log, string hash, string target, string reason);

    [LoggerMessage(5022, LogLevel.Warning, "Block {Hash}: {Target} has not taken it, {Reason}; tried again until it is known elsewhere")]
    internal static partial void BlockNotSubmitted(this ILogger log, string hash, string target, string reason);

    [LoggerMessage(5028, LogLevel.Debug, "Block {Hash}: {Target} does not take it whole: {Reason}")]
    internal static partial void TargetTakesNoBlocks(this ILogger log, string hash, string target, string reason);

    [LoggerMessage(5023, LogLevel.Error,
        "Block {Hash}: {Target} has not answered for {Count} blocks, this one is not sent there; it is in the journal")]
    internal static partial void TargetQueueFull(this ILogger log, string hash, string target, int count);

    [LoggerMessage(5024, LogLevel.Warning, "The stop leaves blocks unsent; they are in the journal and go out at the next start")]
    internal static partial void PublishingGivenUp(this ILogger log);

    [LoggerMessage(5025, LogLevel.Information, "Found blocks go to {Target} as well, chain {Chain}")]
    internal static partial void TargetReachable(this ILogger log, string target, string chain);

    [LoggerMessage(5026, LogLevel.Warning, "Found blocks go to {Target} as well, but it cannot be reached now: {Reason}")]
    internal static partial void TargetUnreachable(this ILogger log, string target, string reason);

    [LoggerMessage(5027, LogLevel.Warning,
        "Found blocks go to {Target} as well, but its chain is {Chain} and the template provider's is {Expected}: correct url of "
        + "[[block_submit]]")]
    internal static partial void TargetOnOtherChain(this ILogger log, string target, string chain, string expected);
}
