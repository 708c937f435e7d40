using JdClient.Status;

namespace JdClient.Monitoring.Model;

/// <summary>The figures that change all the time, for clients that draw them.</summary>
/// <param name="Ready">Miners can connect and have work.</param>
/// <param name="Work">The pool's host and port, or "solo".</param>
/// <param name="WorkSince">Since when.</param>
/// <param name="Alarms">How many there are.</param>
/// <param name="Connections">Downstream connections.</param>
/// <param name="Channels">Open channels.</param>
/// <param name="HashRate">Sum of their hash rates, hashes/s.</param>
/// <param name="Accepted">Valid shares of miners.</param>
/// <param name="Rejected">Refused shares of miners.</param>
/// <param name="Forwarded">Shares sent to pools.</param>
/// <param name="AcceptedUpstream">Shares that pools accepted.</param>
/// <param name="RejectedUpstream">Shares that pools refused.</param>
/// <param name="BlocksFound">Blocks found.</param>
/// <param name="TemplateId">The template that is mined.</param>
/// <param name="PrevHash">The tip it builds on.</param>
/// <param name="ValueSats">What its coinbase may pay, sats.</param>
internal sealed record SummaryEvent(
    bool Ready,
    string Work,
    DateTimeOffset WorkSince,
    int Alarms,
    int Connections,
    int Channels,
    double HashRate,
    long Accepted,
    long Rejected,
    long Forwarded,
    long AcceptedUpstream,
    long RejectedUpstream,
    long BlocksFound,
    ulong? TemplateId,
    string? PrevHash,
    ulong? ValueSats)
{
    internal static SummaryEvent Of(StatusReport status) => new(
        status.Readiness.IsReady,
        status.Source.Name,
        status.SourceSince,
        status.Alarms.Length,
        status.Core?.Sessions ?? 0,
        status.Core is { } core ? core.ExtendedChannels + core.StandardChannels : 0,
        Values.Finite(status.Core?.HashRate ?? 0),
        status.Shares.Accepted,
        status.Shares.Rejected,
        status.Shares.Forwarded,
        status.Shares.AcceptedUpstream,
        status.Shares.RejectedUpstream,
        status.Core?.Counters.BlocksFound ?? 0,
        status.Template?.TemplateId,
        status.Template is { } template ? Values.Hex(template.PrevHash) : null,
        status.Template?.Value);
}
