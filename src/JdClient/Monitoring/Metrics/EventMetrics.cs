using JdClient.Core;
using JdClient.Status;
using Prometheus;

namespace JdClient.Monitoring.Metrics;

/// <summary>What is counted when it happens, from the channel manager's reports. Called by the actor's thread alone.</summary>
internal sealed class EventMetrics
{
    /// <summary>Codes of peers told apart.</summary>
    private const int MaxCodes = 32;

    private readonly BoundedLabel _codes = new(MaxCodes);
    private readonly Latencies _latencies;
    private readonly Counter _sourceChanges;
    private readonly Counter _fallbacks;
    private readonly Counter _upstreamFailures;
    private readonly Counter _providerLosses;
    private readonly Counter _attempts;
    private readonly Counter _dropped;
    private readonly Counter _cachedSent;
    private readonly Counter _declarationsRefused;
    private readonly Counter _customJobsRefused;
    private readonly Counter _deadlines;
    private readonly Counter _blocks;
    private readonly Counter _sessions;
    private readonly Counter _channelsRefused;

    // Pools that are mined for, and template providers whose connection stands.
    private readonly HashSet<int> _minedFor = [];
    private readonly HashSet<int> _connected = [];

    internal EventMetrics(MetricFactory metrics, Latencies latencies)
    {
        _latencies = latencies;
        _sourceChanges = metrics.CreateCounter(
            "jdc_work_source_changes_total", "Changes of the work source, by the kind of both.", "from", "to");
        _fallbacks = metrics.CreateCounter(
            "jdc_fallbacks_total", "Times that a pool lost the work as not fit, by what was found against it.", "upstream", "reason");
        _upstreamFailures = metrics.CreateCounter(
            "jdc_upstream_failures_total",
            "Times that a pool was found not fit, failed attempts to connect it included.",
            "upstream",
            "reason");
        _providerLosses = metrics.CreateCounter(
            "jdc_provider_losses_total", "Times that a connected template provider was lost or given up.", "provider");
        _attempts = metrics.CreateCounter("jdc_connection_attempts_total", "Attempts of ours to connect a peer.", "role", "peer");
        _dropped = metrics.CreateCounter("jdc_shares_dropped_total", "Valid shares that did not reach a pool, by cause.", "cause");
        _cachedSent = metrics.CreateCounter(
            "jdc_shares_cached_sent_total", "Shares found before their job was acknowledged and sent when it was.");
        _declarationsRefused = metrics.CreateCounter("jdc_declarations_refused_total", "Refused declarations.", "error_code", "decision");
        _customJobsRefused = metrics.CreateCounter("jdc_custom_jobs_refused_total", "Refused custom jobs.", "error_code", "decision");
        _deadlines = metrics.CreateCounter("jdc_deadlines_missed_total", "Answers that did not come in time.", "role", "answer");
        _blocks = metrics.CreateCounter("jdc_blocks_total", "Found blocks: found, and in_chain once they are a provider's tip.", "outcome");
        _sessions = metrics.CreateCounter("jdc_sessions_total", "Miners' connections by the result of their set-up.", "result");
        _channelsRefused = metrics.CreateCounter("jdc_channels_refused_total", "Refused requests to open a channel.", "error_code");
        foreach (string outcome in new[] { "found", "in_chain" })
            _blocks.WithLabels(outcome);
        foreach (ShareDropCause cause in Enum.GetValues<ShareDropCause>())
            _dropped.WithLabels(SnakeCase.Of(cause));
    }

    internal void Observe(CoreReport report)
    {
        switch (report)
        {
            case CoreReport.WorkSourceChanged r:
                _sourceChanges.WithLabels(Kind(r.From), Kind(r.To)).Inc();
                break;
            case CoreReport.UpstreamChanged r:
                Observe(r);
                break;
            case CoreReport.ProviderChanged r:
                Observe(r);
                break;
            case CoreReport.SharesDropped r:
                _dropped.WithLabels(SnakeCase.Of(r.Cause)).Inc(r.Count);
                break;
            case CoreReport.DeclarationAcknowledged r:
                _latencies.Declaration.Observe(r.Latency.TotalSeconds);
                break;
            case CoreReport.DeclarationRefused r:
                _declarationsRefused.WithLabels(_codes.Of(r.ErrorCode), SnakeCase.Of(r.Decision)).Inc();
                break;
            case CoreReport.CustomJobAcknowledged r:
                _latencies.CustomJob.Observe(r.Latency.TotalSeconds);
                _cachedSent.Inc(r.CachedShares);
                break;
            case CoreReport.CustomJobRefused r:
                _customJobsRefused.WithLabels(_codes.Of(r.ErrorCode), SnakeCase.Of(r.Decision)).Inc();
                break;
            case CoreReport.DeadlineMissed r:
                _deadlines.WithLabels(SnakeCase.Of(r.Role), r.Awaited).Inc();
                break;
            case CoreReport.BlockFound:
                _blocks.WithLabels("found").Inc();
                break;
            case CoreReport.BlockConfirmed:
                _blocks.WithLabels("in_chain").Inc();
                break;
            case CoreReport.SessionAccepted:
                _sessions.WithLabels("accepted").Inc();
                break;
            case CoreReport.SessionRefused:
                _sessions.WithLabels("refused").Inc();
                break;
            case CoreReport.SessionViolation:
                _sessions.WithLabels("violation").Inc();
                break;
            case CoreReport.ChannelRefused r:
                _channelsRefused.WithLabels(r.ErrorCode).Inc();
                break;
        }
    }

    private void Observe(CoreReport.UpstreamChanged report)
    {
        bool wasMinedFor = _minedFor.Remove(report.UpstreamId);
        switch (report.State)
        {
            case UpstreamState.Active:
                _minedFor.Add(report.UpstreamId);
                break;
            case UpstreamState.Connecting:
                _attempts.WithLabels("upstream", report.Name).Inc();
                break;
            case UpstreamState.Waiting when report.Health != UpstreamHealth.Fit:
                string health = SnakeCase.Of(report.Health);
                _upstreamFailures.WithLabels(report.Name, health).Inc();
                if (wasMinedFor)
                    _fallbacks.WithLabels(report.Name, health).Inc();
                break;
        }
    }

    private void Observe(CoreReport.ProviderChanged report)
    {
        switch (report.State)
        {
            case ProviderState.Connecting:
                _attempts.WithLabels("template_provider", report.Name).Inc();
                break;
            case ProviderState.Waiting:
                if (_connected.Remove(report.Index))
                    _providerLosses.WithLabels(report.Name).Inc();
                break;
            default:
                _connected.Add(report.Index);
                break;
        }
    }

    private static string Kind(WorkSource source) => source.UpstreamId is null ? "solo" : "upstream";
}
