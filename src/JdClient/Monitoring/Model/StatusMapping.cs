using JdClient.Configuration;
using JdClient.Core;
using JdClient.Status;

namespace JdClient.Monitoring.Model;

/// <summary>From the daemon's status to the answer.</summary>
internal static class StatusMapping
{
    internal static StatusResponse ToResponse(this StatusReport status, JdcConfiguration configuration) => new()
    {
        At = status.TakenAt,
        StartedAt = status.StartedAt,
        Version = Program.Version,
        Mode = SnakeCase.Of(configuration.Mode),
        SharesPerMinute = configuration.SharesPerMinute,
        Ready = status.Readiness.IsReady,
        ReadyReason = status.Readiness.Reason,
        Work = new WorkStatus(
            status.Source.UpstreamId is null ? "solo" : "pool",
            status.Source.Name,
            status.SourceSince,
            status.SourceReason,
            status.Core?.Counters.SourceChanges ?? 0),
        Upstreams = status.Core is { } core ? [.. status.Upstreams.Zip(core.Upstreams, Upstream)] : [],
        TemplateProviders = status.Core is { } snapshot ? [.. status.Providers.Zip(snapshot.Providers, Provider)] : [],
        Template = status.Template is { } template ? Template(template, status.TakenAt) : null,
        Miners = new MinersStatus(
            status.Core?.Sessions ?? 0,
            status.Core?.ExtendedChannels ?? 0,
            status.Core?.StandardChannels ?? 0,
            status.Core?.PendingOpens ?? 0,
            Values.Finite(status.Core?.HashRate ?? 0)),
        Shares = Shares(status),
        Alarms = [.. status.Alarms.Select(alarm => new AlarmStatus(SnakeCase.Of(alarm.Kind), alarm.Since, alarm.Cause, alarm.Fix))],
        History = [.. status.History.Reverse().Select(ChangeStatus.Of)],
    };

    private static UpstreamStatus Upstream(PeerStatus peer, UpstreamSnapshot snapshot) => new()
    {
        Name = peer.Name,
        State = peer.State,
        Health = peer.Health ?? SnakeCase.Of(snapshot.Health),
        Since = peer.Since,
        Reason = peer.Reason,
        RetryAt = peer.RetryAt,
        TakesWorkAt = peer.TakesWorkAt,
        Tokens = snapshot.Tokens,
        Difficulty = snapshot.Target is { } target ? Values.Finite(Bitcoin.Difficulty.Of(target)) : null,
        LastError = Error(peer),
    };

    private static ProviderStatus Provider(PeerStatus peer, ProviderSnapshot snapshot) => new()
    {
        Name = peer.Name,
        State = peer.State,
        Since = peer.Since,
        Reason = peer.Reason,
        RetryAt = peer.RetryAt,
        TemplateAt = snapshot.TemplateAt,
        Height = snapshot.Height,
        LastError = Error(peer),
    };

    private static ErrorStatus? Error(PeerStatus peer) =>
        peer.LastError is { } error ? new ErrorStatus(error.At, error.Text, error.Fix, error.Times) : null;

    private static TemplateStatus Template(TemplateSnapshot template, DateTimeOffset now)
    {
        DateTimeOffset newest = template.TipAt > template.ReceivedAt ? template.TipAt : template.ReceivedAt;
        return new TemplateStatus(
            template.TemplateId,
            Values.Hex(template.PrevHash),
            template.ReceivedAt,
            template.TipAt,
            Math.Max(0, Math.Round((now - newest).TotalSeconds, 1)),
            template.Value);
    }

    private static SharesStatus Shares(StatusReport status) => new()
    {
        Accepted = status.Shares.Accepted,
        Rejected = status.Shares.Rejected,
        RejectedByReason = status.Shares.RejectedByReason,
        Forwarded = status.Shares.Forwarded,
        AcceptedUpstream = status.Shares.AcceptedUpstream,
        RejectedUpstream = status.Shares.RejectedUpstream,
        RejectedUpstreamByReason = status.Shares.RejectedUpstreamByReason,
        DroppedByCause = status.Shares.DroppedByCause,
        BlocksFound = status.Core?.Counters.BlocksFound ?? 0,
        LastInAt = status.Shares.LastInAt,
        LastForwardedAt = status.Shares.LastForwardedAt,
        LastAnswerAt = status.Shares.LastAnswerAt,
    };
}
