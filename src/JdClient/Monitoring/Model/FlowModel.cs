using JdClient.Status;

namespace JdClient.Monitoring.Model;

/// <summary>Hash rate and shares over time, the oldest first. It begins with the daemon's start.</summary>
/// <param name="Span"><c>hour</c> or <c>day</c>.</param>
/// <param name="IntervalSecs">Seconds from one sample to the next.</param>
/// <param name="Capacity">Samples at most; the oldest makes room.</param>
/// <param name="Samples">The samples.</param>
internal sealed record FlowResponse(string Span, int IntervalSecs, int Capacity, IReadOnlyList<FlowPoint> Samples);

/// <summary>Hash rate and shares of one interval.</summary>
/// <param name="At">Its end.</param>
/// <param name="Secs">How long it was, seconds.</param>
/// <param name="HashRate">Sum of the channels' hash rates, hashes/s.</param>
/// <param name="Accepted">Valid shares of miners.</param>
/// <param name="Rejected">Refused shares of miners.</param>
/// <param name="AcceptedUpstream">Shares that pools accepted.</param>
/// <param name="RejectedUpstream">Shares that pools refused.</param>
internal sealed record FlowPoint(
    DateTimeOffset At, double Secs, double HashRate, long Accepted, long Rejected, long AcceptedUpstream, long RejectedUpstream)
{
    internal static FlowPoint Of(FlowSample sample) => new(
        sample.At,
        Math.Round(sample.Secs, 3),
        Values.Finite(sample.HashRate),
        sample.Accepted,
        sample.Rejected,
        sample.AcceptedUpstream,
        sample.RejectedUpstream);
}
