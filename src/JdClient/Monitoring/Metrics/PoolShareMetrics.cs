using JdClient.Core;
using Prometheus;

namespace JdClient.Monitoring.Metrics;

/// <summary>
/// What pools make of our shares: by pool, or where the configuration asks for channels (<c>monitoring_worker_metrics</c>), with the
/// reference's labels as well (reference-behaviour 9.5). Called by the actor's thread alone.
/// </summary>
internal sealed class PoolShareMetrics
{
    /// <summary>Channels at pools told apart; each connection of a pool may bring another.</summary>
    internal const int MaxChannels = 64;

    /// <summary>Codes of pools told apart.</summary>
    private const int MaxCodes = 32;

    private readonly BoundedLabel _codes = new(MaxCodes);
    private readonly Dictionary<int, SeriesPlace> _channels = [];
    private readonly SeriesPlaces? _places;
    private readonly Counter _accepted;
    private readonly Counter _rejected;
    private readonly Gauge? _hashRate;

    internal PoolShareMetrics(MetricFactory metrics, bool byChannel)
    {
        string[] labels = byChannel ? ["upstream", "channel_id", "user_identity"] : ["upstream"];
        _accepted = metrics.CreateCounter("sv2_server_shares_accepted_total", "Shares that the pool accepted.", labels);
        _rejected = metrics.CreateCounter("sv2_server_shares_rejected_total", "Shares that the pool refused.", [.. labels, "error_code"]);
        if (!byChannel)
            return;
        _hashRate = metrics.CreateGauge("sv2_server_channel_hashrate", "Hash rate that the pool was told, hashes/s.", labels);
        _places = new SeriesPlaces(MaxChannels, labels.Length, Remove);
    }

    /// <param name="report">What happened.</param>
    /// <param name="upstream">The name of an upstream by its id.</param>
    internal void Observe(CoreReport report, Func<int, string> upstream)
    {
        switch (report)
        {
            case CoreReport.UpstreamChannelOpened r when _places is not null:
                End(r.UpstreamId);
                SeriesPlace opened = _places.Take(upstream(r.UpstreamId), $"{r.Channel}", r.UserIdentity);
                _channels[r.UpstreamId] = opened;
                _accepted.WithLabels(opened.Labels);
                _hashRate!.WithLabels(opened.Labels).Set(r.HashRate);
                break;
            case CoreReport.UpstreamHashRate r when _channels.TryGetValue(r.UpstreamId, out SeriesPlace? channel):
                _hashRate!.WithLabels(channel.Labels).Set(r.HashRate);
                break;
            case CoreReport.UpstreamChanged { State: UpstreamState.Waiting } r:
                End(r.UpstreamId);
                break;
            case CoreReport.UpstreamSharesAccepted r:
                _accepted.WithLabels(LabelsOf(r.UpstreamId, upstream)).Inc(r.Count);
                break;
            case CoreReport.UpstreamShareRejected r:
                string code = _codes.Of(r.ErrorCode);
                _channels.GetValueOrDefault(r.UpstreamId)?.Codes.Add(code);
                _rejected.WithLabels([.. LabelsOf(r.UpstreamId, upstream), code]).Inc();
                break;
        }
    }

    private string[] LabelsOf(int id, Func<int, string> upstream) =>
        _places is null ? [upstream(id)]
        : _channels.TryGetValue(id, out SeriesPlace? channel) ? channel.Labels
        : [upstream(id), BoundedLabel.Other, BoundedLabel.Other];

    private void End(int id)
    {
        if (!_channels.Remove(id, out SeriesPlace? ended))
            return;
        _hashRate!.RemoveLabelled(ended.Labels);
        _places!.End(ended);
    }

    private void Remove(SeriesPlace place)
    {
        _accepted.RemoveLabelled(place.Labels);
        foreach (string code in place.Codes)
            _rejected.RemoveLabelled([.. place.Labels, code]);
    }
}
