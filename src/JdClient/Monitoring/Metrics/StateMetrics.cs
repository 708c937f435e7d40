using JdClient.Blocks;
using JdClient.ChannelManager;
using JdClient.Core;
using JdClient.Downstream;
using JdClient.Status;
using Prometheus;
using Sv2.Channels;

namespace JdClient.Monitoring.Metrics;

/// <summary>
/// What is read when the metrics are asked for: the reference's names (reference-behaviour 9.5), whose totals are true counters here,
/// and the daemon's state. Called by one collection at a time.
/// </summary>
internal sealed class StateMetrics
{
    private readonly Gauge _uptime;
    private readonly Gauge _serverChannels;
    private readonly Gauge _serverHashRate;
    private readonly Counter _serverBlocks;
    private readonly Gauge _clients;
    private readonly Gauge _clientChannels;
    private readonly Gauge _clientHashRate;
    private readonly Counter? _clientAccepted;
    private readonly Counter? _clientRejected;
    private readonly Counter _clientBlocks;
    private readonly Gauge _ready;
    private readonly Gauge _source;
    private readonly Gauge _sourceSince;
    private readonly Gauge _peerState;
    private readonly Gauge _tokens;
    private readonly Gauge _templateAge;
    private readonly Gauge _tipAge;
    private readonly Gauge _templateValue;
    private readonly Gauge _pendingOpens;
    private readonly Gauge _inbox;
    private readonly Gauge _connections;
    private readonly Gauge _alarm;
    private readonly Counter _forwarded;
    private readonly Counter _templates;
    private readonly Counter _tips;
    private readonly Counter _declared;
    private readonly Counter _acknowledged;
    private readonly Counter _ends;
    private readonly Counter _blockAnswers;

    /// <param name="metrics">Makes them.</param>
    /// <param name="byChannel">Whether shares of miners are counted by channel, and so not here.</param>
    internal StateMetrics(MetricFactory metrics, bool byChannel)
    {
        _uptime = metrics.CreateGauge("sv2_uptime_seconds", "Seconds since the daemon was started.");
        _serverChannels = metrics.CreateGauge("sv2_server_channels", "Channels at the pool that is mined for.", "channel_type");
        _serverHashRate = metrics.CreateGauge("sv2_server_hashrate_total", "Hash rate that the pool is mined with, hashes/s.");
        _serverBlocks = metrics.CreateCounter("sv2_server_blocks_found_total", "Blocks found.");
        _clients = metrics.CreateGauge("sv2_clients_total", "Miners and proxies connected.");
        _clientChannels = metrics.CreateGauge("sv2_client_channels", "Open channels of miners.", "channel_type");
        _clientHashRate = metrics.CreateGauge("sv2_client_hashrate_total", "Sum of the channels' nominal hash rates, hashes/s.");
        if (!byChannel)
        {
            _clientAccepted = metrics.CreateCounter("sv2_client_shares_accepted_total", "Valid shares of miners.");
            _clientRejected = metrics.CreateCounter("sv2_client_shares_rejected_total", "Refused shares of miners.", "error_code");
        }

        _clientBlocks = metrics.CreateCounter("sv2_client_blocks_found_total", "Blocks found.");
        _ready = metrics.CreateGauge("jdc_ready", "1 when miners can connect and have work.");
        _source = metrics.CreateGauge("jdc_work_source", "1 at the source that miners work for: a pool's name, or solo.", "source");
        _sourceSince = metrics.CreateGauge("jdc_work_source_since_timestamp_seconds", "When that began, Unix time.");
        _peerState = metrics.CreateGauge("jdc_peer_state", "1 at each peer's present state.", "role", "peer", "state");
        _tokens = metrics.CreateGauge("jdc_tokens_in_stock", "Mining job tokens in stock.", "upstream");
        _templateAge = metrics.CreateGauge("jdc_template_age_seconds", "Age of the template that is mined.");
        _tipAge = metrics.CreateGauge("jdc_tip_age_seconds", "Time since the tip was announced.");
        _templateValue = metrics.CreateGauge("jdc_template_value_sats", "What the coinbase of the template that is mined may spend, sats.");
        _pendingOpens = metrics.CreateGauge("jdc_pending_opens", "Requests to open a channel that wait for work.");
        _inbox = metrics.CreateGauge("jdc_inbox_events", "Events that wait for the channel manager.");
        _connections = metrics.CreateGauge("jdc_connections", "Connections of miners past their handshake.");
        _alarm = metrics.CreateGauge("jdc_alarm", "1 for what the watchdog finds wrong at present.", "kind");
        _forwarded = metrics.CreateCounter("jdc_shares_forwarded_total", "Shares sent to pools.");
        _templates = metrics.CreateCounter("jdc_templates_total", "Templates received.");
        _tips = metrics.CreateCounter("jdc_tips_total", "Prev-hashes received.");
        _declared = metrics.CreateCounter("jdc_jobs_declared_total", "Declarations sent.");
        _acknowledged = metrics.CreateCounter("jdc_jobs_acknowledged_total", "Custom jobs that a pool acknowledged.");
        _ends = metrics.CreateCounter(
            "jdc_connection_ends_total", "Ends of miners' connections, by how far they had come and why.", "stage", "reason");
        _blockAnswers = metrics.CreateCounter(
            "jdc_block_answers_total", "What nodes said to found blocks: the same from the same node again counts once.", "answer");
        foreach (string code in ShareErrors)
            _clientRejected?.WithLabels(code);
        foreach (AlarmKind kind in Enum.GetValues<AlarmKind>())
            _alarm.WithLabels(SnakeCase.Of(kind)).Set(0);
    }

    /// <summary>The codes that are there from the start, so that a rate over them never lacks its first step.</summary>
    private static IEnumerable<string> ShareErrors => Enum.GetValues<ShareVerdict>()
        .Select(static verdict => verdict.ErrorCode())
        .OfType<string>()
        .Distinct();

    internal void Update(
        StatusReport status, EndReasons ends, EventInbox inbox, SessionTable sessions, CountedBlockAnswers blockAnswers)
    {
        _uptime.Set((status.TakenAt - status.StartedAt).TotalSeconds);
        _ready.Set(status.Readiness.IsReady ? 1 : 0);
        _inbox.Set(inbox.Count);
        _connections.Set(sessions.Count);
        _sourceSince.Set(status.SourceSince.ToUnixTimeMilliseconds() / 1000.0);
        UpdateSource(status);
        UpdatePeers(status);
        foreach (AlarmKind kind in Enum.GetValues<AlarmKind>())
            _alarm.WithLabels(SnakeCase.Of(kind)).Set(status.Alarms.Any(alarm => alarm.Kind == kind) ? 1 : 0);
        foreach (EndCount end in ends.Snapshot())
            _ends.WithLabels(SnakeCase.Of(end.Stage), end.Reason).IncTo(end.Count);
        foreach (AnswerKind kind in Enum.GetValues<AnswerKind>().Except([AnswerKind.Sent]))
            _blockAnswers.WithLabels(SnakeCase.Of(kind)).IncTo(blockAnswers.Of(kind));
        UpdateShares(status.Shares);
        if (status.Core is { } core)
            UpdateCore(core, status.TakenAt);
    }

    // Names of peers change only with the configuration; a removed one stays as 0, so the set is bounded by the reloads.
    private void UpdateSource(StatusReport status)
    {
        foreach (string[] labels in _source.GetAllLabelValues())
            _source.WithLabels(labels).Set(0);
        _source.WithLabels(status.Source.Name).Set(1);
        bool pooled = status.Source.UpstreamId is not null;
        _serverChannels.WithLabels("extended").Set(pooled ? 1 : 0);
        _serverChannels.WithLabels("standard").Set(0);
        _serverHashRate.Set(pooled ? status.Core?.HashRate ?? 0 : 0);
    }

    private void UpdatePeers(StatusReport status)
    {
        foreach (string[] labels in _peerState.GetAllLabelValues())
            _peerState.WithLabels(labels).Set(0);
        foreach (PeerStatus peer in status.Upstreams)
            _peerState.WithLabels("upstream", peer.Name, peer.State).Set(1);
        foreach (PeerStatus peer in status.Providers)
            _peerState.WithLabels("template_provider", peer.Name, peer.State).Set(1);
    }

    private void UpdateShares(ShareFlowSnapshot shares)
    {
        _clientAccepted?.IncTo(shares.Accepted);
        foreach ((string code, long count) in shares.RejectedByReason)
            _clientRejected?.WithLabels(code).IncTo(count);
        _forwarded.IncTo(shares.Forwarded);
    }

    private void UpdateCore(CoreSnapshot core, DateTimeOffset now)
    {
        _clients.Set(core.Sessions);
        _clientChannels.WithLabels("extended").Set(core.ExtendedChannels);
        _clientChannels.WithLabels("standard").Set(core.StandardChannels);
        _clientHashRate.Set(core.HashRate);
        _clientBlocks.IncTo(core.Counters.BlocksFound);
        _serverBlocks.IncTo(core.Counters.BlocksFound);
        _pendingOpens.Set(core.PendingOpens);
        _templates.IncTo(core.Counters.Templates);
        _tips.IncTo(core.Counters.Tips);
        _declared.IncTo(core.Counters.JobsDeclared);
        _acknowledged.IncTo(core.Counters.JobsAcknowledged);
        foreach (UpstreamSnapshot upstream in core.Upstreams)
            _tokens.WithLabels(upstream.Name).Set(upstream.Tokens);
        if (core.Template is not { } template)
            return;
        _templateAge.Set(Math.Max(0, (now - template.ReceivedAt).TotalSeconds));
        _tipAge.Set(Math.Max(0, (now - template.TipAt).TotalSeconds));
        _templateValue.Set(template.Value);
    }
}
