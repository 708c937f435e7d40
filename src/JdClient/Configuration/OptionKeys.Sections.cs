using JdClient.Core;

namespace JdClient.Configuration;

internal static partial class OptionKeys
{
    private const int Hour = 3600;

    /// <summary><c>[limits]</c>, the daemon's part.</summary>
    internal static readonly IReadOnlyList<OptionKey<LimitConfiguration>> Limits =
    [
        Count<LimitConfiguration>("max_connections", 1_000_000, o => o.MaxConnections, (o, v) => o with { MaxConnections = v }),
        Count<LimitConfiguration>(
            "max_connections_per_address", 1_000_000, o => o.MaxConnectionsPerAddress, (o, v) => o with { MaxConnectionsPerAddress = v }),
        Count<LimitConfiguration>("max_handshakes", 10_000, o => o.MaxHandshakes, (o, v) => o with { MaxHandshakes = v }),
        Count<LimitConfiguration>("max_half_open", 1_000_000, o => o.MaxHalfOpen, (o, v) => o with { MaxHalfOpen = v }),
        Count<LimitConfiguration>("listen_backlog", 65_535, o => o.ListenBacklog, (o, v) => o with { ListenBacklog = v }),
        Seconds<LimitConfiguration>("handshake_timeout_secs", Hour, o => o.HandshakeTimeout, (o, v) => o with { HandshakeTimeout = v }),
        Seconds<LimitConfiguration>(
            "first_message_timeout_secs", Hour, o => o.FirstMessageTimeout, (o, v) => o with { FirstMessageTimeout = v }),
        Seconds<LimitConfiguration>("connect_timeout_secs", Hour, o => o.ConnectTimeout, (o, v) => o with { ConnectTimeout = v }),
        Seconds<LimitConfiguration>("write_stall_timeout_secs", Hour, o => o.WriteStallTimeout, (o, v) => o with { WriteStallTimeout = v }),
        Count<LimitConfiguration>("downstream_queue", 1_000_000, o => o.DownstreamQueue, (o, v) => o with { DownstreamQueue = v }),
        Rate<LimitConfiguration>("max_messages_per_second", o => o.MessagesPerSecond, (o, v) => o with { MessagesPerSecond = v }),
        Rate<LimitConfiguration>(
            "max_messages_per_second_per_channel",
            o => o.MessagesPerSecondPerChannel,
            (o, v) => o with { MessagesPerSecondPerChannel = v }),
        Seconds<LimitConfiguration>("flood_timeout_secs", 24 * Hour, o => o.FloodTimeout, (o, v) => o with { FloodTimeout = v }),
        Count<LimitConfiguration>("log_burst", 1_000_000, o => o.LogBurst, (o, v) => o with { LogBurst = v }),
        Rate<LimitConfiguration>("log_lines_per_second", o => o.LogLinesPerSecond, (o, v) => o with { LogLinesPerSecond = v }),
        Count<LimitConfiguration>("upstream_queue", 1_000_000, o => o.UpstreamQueue, (o, v) => o with { UpstreamQueue = v }),
        Count<LimitConfiguration>("inbox", 1_000_000, o => o.Inbox, (o, v) => o with { Inbox = v }),
    ];

    /// <summary><c>[limits]</c>, the channel manager's part.</summary>
    internal static readonly IReadOnlyList<OptionKey<CoreLimits>> CoreLimits =
    [
        Count<CoreLimits>("max_channels_per_connection", 65_535, o => o.ChannelsPerSession, (o, v) => o with { ChannelsPerSession = v }),
        Count<CoreLimits>("max_channels", 65_280, o => o.Channels, (o, v) => o with { Channels = v }),
        Count<CoreLimits>(
            "max_pending_opens_per_connection", 65_535, o => o.PendingOpensPerSession, (o, v) => o with { PendingOpensPerSession = v }),
        Count<CoreLimits>("max_pending_opens", 65_535, o => o.PendingOpens, (o, v) => o with { PendingOpens = v }),
        Seconds<CoreLimits>("no_channel_timeout_secs", 30 * 24 * Hour, o => o.NoChannel, (o, v) => o with { NoChannel = v }),
        Count<CoreLimits>("future_templates", 1000, o => o.FutureTemplates, (o, v) => o with { FutureTemplates = v }),
        Count<CoreLimits>("templates_per_tip", 1000, o => o.TemplatesPerTip, (o, v) => o with { TemplatesPerTip = v }),
        Count<CoreLimits>("transaction_requests", 10_000, o => o.TransactionRequests, (o, v) => o with { TransactionRequests = v }),
        Count<CoreLimits>("declarations_in_flight", 1000, o => o.DeclarationsInFlight, (o, v) => o with { DeclarationsInFlight = v }),
        Count<CoreLimits>("token_stock", 100, o => o.TokenStock, (o, v) => o with { TokenStock = v }),
        Count<CoreLimits>("cached_shares", 1_000_000, o => o.CachedShares, (o, v) => o with { CachedShares = v }),
        Count<CoreLimits>("waiting_blocks", 10_000, o => o.WaitingBlocks, (o, v) => o with { WaitingBlocks = v }),
        Count<CoreLimits>(
            "share_hashes_per_channel", 10_000_000, o => o.ShareHashesPerChannel, (o, v) => o with { ShareHashesPerChannel = v }),
        Seconds<CoreLimits>("reissue_interval_secs", Hour, o => o.ReissueInterval, (o, v) => o with { ReissueInterval = v }),
        new("reissue_factor", Whole: false, 1, 1_000_000, o => o.ReissueFactor, (o, v) => o with { ReissueFactor = v }),
    ];

    /// <summary><c>[block_journal]</c>.</summary>
    internal static readonly IReadOnlyList<OptionKey<BlockJournalConfiguration>> BlockJournal =
    [
        Count<BlockJournalConfiguration>("keep_entries", 1_000_000, o => o.KeepEntries, (o, v) => o with { KeepEntries = v }),
        Count<BlockJournalConfiguration>("keep_whole_days", 36_500, o => o.KeepWholeDays, (o, v) => o with { KeepWholeDays = v }),
    ];

    /// <summary><c>[fallback]</c>.</summary>
    internal static readonly IReadOnlyList<OptionKey<FallbackOptions>> Fallback =
    [
        Seconds<FallbackOptions>("unreachable_base_secs", Hour, o => o.UnreachableBase, (o, v) => o with { UnreachableBase = v }),
        Seconds<FallbackOptions>("unreachable_max_secs", 24 * Hour, o => o.UnreachableMax, (o, v) => o with { UnreachableMax = v }),
        Seconds<FallbackOptions>("refuses_base_secs", Hour, o => o.RefusesBase, (o, v) => o with { RefusesBase = v }),
        Seconds<FallbackOptions>("refuses_max_secs", 24 * Hour, o => o.RefusesMax, (o, v) => o with { RefusesMax = v }),
        Seconds<FallbackOptions>("misbehaves_base_secs", Hour, o => o.MisbehavesBase, (o, v) => o with { MisbehavesBase = v }),
        Seconds<FallbackOptions>("misbehaves_max_secs", 24 * Hour, o => o.MisbehavesMax, (o, v) => o with { MisbehavesMax = v }),
        new("jitter", Whole: false, 0, 1, o => o.Jitter, (o, v) => o with { Jitter = v }),
        Seconds<FallbackOptions>("forgive_after_secs", 24 * Hour, o => o.ForgiveAfter, (o, v) => o with { ForgiveAfter = v }),
        Seconds<FallbackOptions>("head_start_secs", Hour, o => o.HeadStart, (o, v) => o with { HeadStart = v }),
        Seconds<FallbackOptions>("stability_secs", 24 * Hour, o => o.StabilityTime, (o, v) => o with { StabilityTime = v }),
        Seconds<FallbackOptions>("stability_max_secs", 24 * Hour, o => o.StabilityMax, (o, v) => o with { StabilityMax = v }),
        Seconds<FallbackOptions>("stale_limit_secs", 24 * Hour, o => o.StaleLimit, (o, v) => o with { StaleLimit = v }),
        Count<FallbackOptions>("rejected_share_limit", 1_000_000, o => o.RejectedShareLimit, (o, v) => o with { RejectedShareLimit = v }),
        Seconds<FallbackOptions>(
            "rejected_share_window_secs", 24 * Hour, o => o.RejectedShareWindow, (o, v) => o with { RejectedShareWindow = v }),
        Count<FallbackOptions>("refusal_retries", 1000, o => o.RefusalRetries, (o, v) => o with { RefusalRetries = v }),
        Seconds<FallbackOptions>("refusal_retry_base_secs", Hour, o => o.RefusalRetryBase, (o, v) => o with { RefusalRetryBase = v }),
        Seconds<FallbackOptions>("refusal_retry_max_secs", Hour, o => o.RefusalRetryMax, (o, v) => o with { RefusalRetryMax = v }),
        Count<FallbackOptions>("redirect_limit", 100, o => o.RedirectLimit, (o, v) => o with { RedirectLimit = v }),
        Seconds<FallbackOptions>("provider_base_secs", Hour, o => o.ProviderBase, (o, v) => o with { ProviderBase = v }),
        Seconds<FallbackOptions>("provider_max_secs", Hour, o => o.ProviderMax, (o, v) => o with { ProviderMax = v }),
        Seconds<FallbackOptions>("provider_silence_secs", 24 * Hour, o => o.ProviderSilence, (o, v) => o with { ProviderSilence = v }),
        Seconds<FallbackOptions>("provider_behind_secs", Hour, o => o.ProviderBehind, (o, v) => o with { ProviderBehind = v }),
    ];

    /// <summary><c>[deadlines]</c>.</summary>
    internal static readonly IReadOnlyList<OptionKey<DeadlineOptions>> Deadlines =
    [
        Seconds<DeadlineOptions>("connect_secs", Hour, o => o.Connect, (o, v) => o with { Connect = v }),
        Seconds<DeadlineOptions>("setup_secs", Hour, o => o.Setup, (o, v) => o with { Setup = v }),
        Seconds<DeadlineOptions>("extensions_secs", Hour, o => o.Extensions, (o, v) => o with { Extensions = v }),
        Seconds<DeadlineOptions>("open_channel_secs", Hour, o => o.OpenChannel, (o, v) => o with { OpenChannel = v }),
        Seconds<DeadlineOptions>("token_secs", Hour, o => o.Token, (o, v) => o with { Token = v }),
        Seconds<DeadlineOptions>("declaration_secs", Hour, o => o.Declaration, (o, v) => o with { Declaration = v }),
        Seconds<DeadlineOptions>("custom_job_secs", Hour, o => o.CustomJob, (o, v) => o with { CustomJob = v }),
        Seconds<DeadlineOptions>("transaction_data_secs", Hour, o => o.TransactionData, (o, v) => o with { TransactionData = v }),
        Seconds<DeadlineOptions>("first_template_secs", Hour, o => o.FirstTemplate, (o, v) => o with { FirstTemplate = v }),
        Seconds<DeadlineOptions>("template_answer_secs", Hour, o => o.TemplateAnswer, (o, v) => o with { TemplateAnswer = v }),
        Seconds<DeadlineOptions>("miner_setup_secs", Hour, o => o.MinerSetup, (o, v) => o with { MinerSetup = v }),
    ];

    /// <summary><c>[watchdog]</c>.</summary>
    internal static readonly IReadOnlyList<OptionKey<WatchdogConfiguration>> Watchdog =
    [
        Seconds<WatchdogConfiguration>("actor_stall_secs", Hour, o => o.ActorStall, (o, v) => o with { ActorStall = v }),
        Seconds<WatchdogConfiguration>("first_template_secs", 24 * Hour, o => o.FirstTemplate, (o, v) => o with { FirstTemplate = v }),
        Seconds<WatchdogConfiguration>("template_age_secs", 24 * Hour, o => o.TemplateAge, (o, v) => o with { TemplateAge = v }),
        Seconds<WatchdogConfiguration>("no_shares_secs", 24 * Hour, o => o.NoShares, (o, v) => o with { NoShares = v }),
        Seconds<WatchdogConfiguration>("not_forwarded_secs", 24 * Hour, o => o.NotForwarded, (o, v) => o with { NotForwarded = v }),
        Seconds<WatchdogConfiguration>("no_answers_secs", 24 * Hour, o => o.NoAnswers, (o, v) => o with { NoAnswers = v }),
        Seconds<WatchdogConfiguration>("ready_wait_secs", Hour, o => o.ReadyWait, (o, v) => o with { ReadyWait = v }),
    ];
}
