using JdClient.Core;
using Prometheus;

namespace JdClient.Monitoring.Metrics;

/// <summary>
/// Shares by worker and by channel, where the configuration asks for them (<c>monitoring_worker_metrics</c>): at most
/// <see cref="MaxWorkers"/> names, and as many channels with the reference's labels (reference-behaviour 9.5). Called by the actor's
/// thread alone.
/// </summary>
internal sealed class WorkerMetrics
{
    /// <summary>Worker names, and channels, told apart.</summary>
    internal const int MaxWorkers = 1000;

    private static readonly string[] ChannelLabels = ["client_id", "channel_id", "user_identity"];

    private readonly BoundedLabel _names = new(MaxWorkers);
    private readonly SeriesPlaces _places;
    private readonly Dictionary<SessionId, Dictionary<uint, Series>> _channels = [];
    private readonly Counter _accepted;
    private readonly Counter _rejected;
    private readonly Counter _work;
    private readonly Gauge _channelHashRate;
    private readonly Counter _channelAccepted;
    private readonly Counter _channelRejected;

    internal WorkerMetrics(MetricFactory metrics)
    {
        _accepted = metrics.CreateCounter("jdc_worker_shares_accepted_total", "Valid shares by worker.", "user_identity");
        _rejected = metrics.CreateCounter("jdc_worker_shares_rejected_total", "Refused shares by worker.", "user_identity", "error_code");
        _work = metrics.CreateCounter("jdc_worker_work_total", "Difficulty of the valid shares by worker.", "user_identity");
        _channelHashRate = metrics.CreateGauge(
            "sv2_client_channel_hashrate", "Nominal hash rate of a miner's channel, hashes/s.", ChannelLabels);
        _channelAccepted = metrics.CreateCounter("sv2_client_shares_accepted_total", "Valid shares of miners.", ChannelLabels);
        _channelRejected = metrics.CreateCounter(
            "sv2_client_shares_rejected_total", "Refused shares of miners.", [.. ChannelLabels, "error_code"]);
        _places = new SeriesPlaces(MaxWorkers, ChannelLabels.Length, Remove);
    }

    internal void Observe(CoreReport report)
    {
        switch (report)
        {
            case CoreReport.ChannelOpened r:
                Open(r);
                break;
            case CoreReport.TargetChanged r when Find(r.Session, r.Channel) is { } series:
                SetHashRate(series, r.HashRate);
                break;
            case CoreReport.ChannelClosed r when _channels.TryGetValue(r.Session, out Dictionary<uint, Series>? open):
                if (open.Remove(r.Channel, out Series? closed))
                    End(closed);
                break;
            case CoreReport.SessionClosed r when _channels.Remove(r.Session, out Dictionary<uint, Series>? left):
                foreach (Series series in left.Values)
                    End(series);
                break;
            case CoreReport.ShareAccepted r when Find(r.Session, r.Channel) is { } series:
                series.Accepted.Inc();
                series.WorkerAccepted.Inc();
                series.WorkerWork.Inc(r.Difficulty);
                break;
            case CoreReport.ShareRejected r when Find(r.Session, r.Channel) is { } series:
                series.Place.Codes.Add(r.ErrorCode);
                _channelRejected.WithLabels([.. series.Place.Labels, r.ErrorCode]).Inc();
                _rejected.WithLabels(series.Name, r.ErrorCode).Inc();
                break;
        }
    }

    private void Open(CoreReport.ChannelOpened report)
    {
        if (!_channels.TryGetValue(report.Session, out Dictionary<uint, Series>? channels))
            _channels.Add(report.Session, channels = []);
        string name = _names.Of(report.UserIdentity);
        SeriesPlace place = _places.Take($"{report.Session.Value}", $"{report.Channel}", report.UserIdentity);
        var series = new Series(
            name, place, _channelAccepted.WithLabels(place.Labels), _accepted.WithLabels(name), _work.WithLabels(name));
        channels[report.Channel] = series;
        SetHashRate(series, report.NominalHashRate);
    }

    // The sum, where several share a place.
    private void SetHashRate(Series series, double hashRate)
    {
        _channelHashRate.WithLabels(series.Place.Labels).Inc(hashRate - series.HashRate);
        series.HashRate = hashRate;
    }

    private void End(Series series)
    {
        SetHashRate(series, 0);
        if (series.Place.IsOwn)
            _channelHashRate.RemoveLabelled(series.Place.Labels);
        _places.End(series.Place);
    }

    private void Remove(SeriesPlace place)
    {
        _channelAccepted.RemoveLabelled(place.Labels);
        foreach (string code in place.Codes)
            _channelRejected.RemoveLabelled([.. place.Labels, code]);
    }

    private Series? Find(SessionId session, uint channel) =>
        _channels.TryGetValue(session, out Dictionary<uint, Series>? channels) ? channels.GetValueOrDefault(channel) : null;

    private sealed record Series(
        string Name, SeriesPlace Place, Counter.Child Accepted, Counter.Child WorkerAccepted, Counter.Child WorkerWork)
    {
        internal double HashRate { get; set; }
    }
}
