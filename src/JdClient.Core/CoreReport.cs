namespace JdClient.Core;

/// <summary>
/// One thing worth a log line, a counter or a change of status. Each case carries the ids a reader needs (session,
/// channel, link, template, reason); the daemon turns it into source-generated log calls and metrics.
/// </summary>
public abstract record CoreReport;
