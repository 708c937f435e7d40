namespace JdClient.Core;

/// <summary>
/// One thing worth a log line, a counter or a change of status. Each case carries the ids a reader needs (session,
/// channel, link, template, reason); the daemon turns it into source-generated log calls and metrics. The set is closed;
/// the cases stand in one file for each subject.
/// </summary>
public abstract partial record CoreReport
{
    private CoreReport()
    {
    }

    /// <summary>A reply or a message for something that is not there (any more): late, repeated or invented. It was dropped.</summary>
    /// <param name="Link">Where it came from.</param>
    /// <param name="Role">What is there.</param>
    /// <param name="Peer">The upstream by its <see cref="UpstreamOptions.Id"/>, or the provider by its place in the configuration.</param>
    /// <param name="Message">The message's name.</param>
    /// <param name="Id">The request, job or template id it named.</param>
    public sealed record StrayMessage(LinkId Link, LinkRole Role, int Peer, string Message, ulong Id) : CoreReport;

    /// <summary>A message of a session or link that is already given up. It was dropped.</summary>
    /// <param name="Source">Session or link, for people.</param>
    /// <param name="Message">The message's name.</param>
    public sealed record LateMessage(string Source, string Message) : CoreReport;

    /// <summary>A peer did not answer in time. What follows from it is reported on its own.</summary>
    /// <param name="Link">Who.</param>
    /// <param name="Role">What is there.</param>
    /// <param name="Peer">The upstream by its <see cref="UpstreamOptions.Id"/>, or the provider by its place in the configuration.</param>
    /// <param name="Awaited">The answer that did not come.</param>
    /// <param name="Waited">How long it was waited for.</param>
    public sealed record DeadlineMissed(LinkId Link, LinkRole Role, int Peer, string Awaited, TimeSpan Waited) : CoreReport;

    /// <summary>A pool, job declarator or template provider broke the protocol; its link was closed.</summary>
    /// <param name="Link">Who.</param>
    /// <param name="Role">What is there.</param>
    /// <param name="Peer">The upstream by its <see cref="UpstreamOptions.Id"/>, or the provider by its place in the configuration.</param>
    /// <param name="Detail">What it did.</param>
    public sealed record PeerViolation(LinkId Link, LinkRole Role, int Peer, string Detail) : CoreReport;
}
