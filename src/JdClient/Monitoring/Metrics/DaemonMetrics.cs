using JdClient.ChannelManager;
using JdClient.Configuration;
using JdClient.Core;
using JdClient.Downstream;
using JdClient.Logging;
using JdClient.Status;
using Prometheus;
using Sv2.Protocol;

namespace JdClient.Monitoring.Metrics;

/// <summary>
/// All metrics of the daemon, in a registry of their own. What happens is counted as it happens; states are read when they are asked
/// for. Where no HTTP interface is configured nothing is counted.
/// </summary>
internal sealed class DaemonMetrics
{
    private readonly CollectorRegistry _registry = Prometheus.Metrics.NewCustomRegistry();
    private readonly StateMetrics _state;
    private readonly ProcessMetrics _process;
    private readonly EventMetrics _events;
    private readonly PoolShareMetrics _poolShares;
    private readonly WorkerMetrics? _workers;
    private readonly Latencies _latencies;
    private readonly IPeerNames _names;
    private readonly Lock _lock = new();

    public DaemonMetrics(
        JdcConfiguration configuration,
        CoreReportFeed feed,
        StatusService status,
        EndReasons ends,
        EventInbox inbox,
        SessionTable sessions,
        CountedBlockAnswers blockAnswers,
        IPeerNames names)
    {
        MetricFactory metrics = Prometheus.Metrics.WithCustomRegistry(_registry);
        _names = names;
        bool byChannel = configuration.Monitoring.WorkerMetrics;
        _state = new StateMetrics(metrics, byChannel);
        _process = new ProcessMetrics(metrics);
        _latencies = new Latencies(metrics);
        _events = new EventMetrics(metrics, _latencies);
        _workers = byChannel ? new WorkerMetrics(metrics) : null;
        _poolShares = new PoolShareMetrics(metrics, byChannel);
        metrics.CreateGauge("jdc_build_info", "1, with the version of this build.", "version").WithLabels(Program.Version).Set(1);
        IsOn = configuration.Monitoring.Address is not null;
        if (!IsOn)
            return;
        feed.Subscribe(Observe);
        _registry.AddBeforeCollectCallback(() =>
        {
            StatusReport now = status.Read();
            lock (_lock)
            {
                _state.Update(now, ends, inbox, sessions, blockAnswers);
                _process.Update(now.StartedAt, now.TakenAt);
            }
        });
    }

    /// <summary>Whether anybody can ask for them.</summary>
    internal bool IsOn { get; }

    /// <summary>For connections: told how long after its cause a message was written; null where nobody can ask.</summary>
    internal Action<Sv2Message, TimeSpan>? Written => IsOn ? _latencies.Written : null;

    /// <summary>Writes them as text (Prometheus exposition format 0.0.4).</summary>
    internal Task WriteAsync(Stream stream, CancellationToken cancellationToken) =>
        _registry.CollectAndExportAsTextAsync(stream, cancellationToken);

    private void Observe(CoreReport report)
    {
        _events.Observe(report);
        _poolShares.Observe(report, _names.Upstream);
        _workers?.Observe(report);
    }
}
