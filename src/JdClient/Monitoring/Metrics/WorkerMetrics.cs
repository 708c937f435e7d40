using JdClient.Core;
using Prometheus;

namespace JdClient.Monitoring.Metrics;

/// <summary>
/// Shares by worker, where the configuration asks for them (<c>monitoring_worker_metrics</c>). At most <see cref="MaxWorkers"/> names;
/// further ones count as one. Called by the actor's thread alone.
/// </summary>
internal sealed class WorkerMetrics
{
    /// <summary>Worker names told apart.</summary>
    internal const int MaxWorkers = 1000;

    private readonly BoundedLabel _names = new(MaxWorkers);
    private readonly Dictionary<SessionId, Dictionary<uint, string>> _channels = [];
    private readonly Counter _accepted;
    private readonly Counter _rejected;
    private readonly Counter _work;

    internal WorkerMetrics(MetricFactory metrics)
    {
        _accepted = metrics.CreateCounter("jdc_worker_shares_accepted_total", "Valid shares by worker.", "user_identity");
        _rejected = metrics.CreateCounter("jdc_worker_shares_rejected_total", "Refused shares by worker.", "user_identity", "error_code");
        _work = metrics.CreateCounter("jdc_worker_work_total", "Difficulty of the valid shares by worker.", "user_identity");
    }

    internal void Observe(CoreReport report)
    {
        switch (report)
        {
            case CoreReport.ChannelOpened r:
                if (!_channels.TryGetValue(r.Session, out Dictionary<uint, string>? channels))
                    _channels.Add(r.Session, channels = []);
                channels[r.Channel] = _names.Of(r.UserIdentity);
                break;
            case CoreReport.ChannelClosed r when _channels.TryGetValue(r.Session, out Dictionary<uint, string>? open):
                open.Remove(r.Channel);
                break;
            case CoreReport.SessionClosed r:
                _channels.Remove(r.Session);
                break;
            case CoreReport.ShareAccepted r when Find(r.Session, r.Channel) is { } name:
                _accepted.WithLabels(name).Inc();
                _work.WithLabels(name).Inc(r.Difficulty);
                break;
            case CoreReport.ShareRejected r when Find(r.Session, r.Channel) is { } name:
                _rejected.WithLabels(name, r.ErrorCode).Inc();
                break;
        }
    }

    private string? Find(SessionId session, uint channel) =>
        _channels.TryGetValue(session, out Dictionary<uint, string>? channels) ? channels.GetValueOrDefault(channel) : null;
}
