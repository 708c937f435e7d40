namespace Testbed.Faults;

/// <summary>Configuration that makes the daemon notice and forgive within seconds, so that a run with faults is short.</summary>
internal static class ShortTimes
{
    public const string Tables =
        """
        [deadlines]
        connect_secs = 2
        setup_secs = 1.5
        extensions_secs = 1.5
        open_channel_secs = 1.5
        token_secs = 1.5
        declaration_secs = 1.5
        custom_job_secs = 1.5
        transaction_data_secs = 1.5
        first_template_secs = 3
        template_answer_secs = 0.8

        [fallback]
        unreachable_base_secs = 0.3
        unreachable_max_secs = 0.6
        refuses_base_secs = 0.3
        refuses_max_secs = 0.6
        misbehaves_base_secs = 0.3
        misbehaves_max_secs = 0.6
        stability_secs = 0.5
        stability_max_secs = 1
        head_start_secs = 0.5
        rejected_share_limit = 3
        refusal_retry_base_secs = 0.1
        refusal_retry_max_secs = 0.5
        refusal_retries = 100
        provider_base_secs = 0.1
        provider_max_secs = 0.3
        provider_silence_secs = 1
        provider_behind_secs = 0.5

        [limits]
        connect_timeout_secs = 1.5

        # Every block of a run is looked up there.
        [block_journal]
        keep_entries = 1000000
        """;
}
