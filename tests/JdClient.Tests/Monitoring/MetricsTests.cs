using System.Net;
using Bitcoin;
using JdClient.Blocks;
using JdClient.Core;
using JdClient.Monitoring.Metrics;
using Prometheus;
using Sv2.Protocol.TemplateDistribution;

namespace JdClient.Tests.Monitoring;

public sealed class MetricsTests
{
    [Fact(Timeout = 120_000)]
    public async Task The_text_is_well_formed_and_holds_the_reference_s_names_from_the_start()
    {
        await using MonitoredDaemon daemon = await MonitoredDaemon.StartAsync();
        using HttpResponseMessage answer = await daemon.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/metrics"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        var text = Exposition.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        Assert.Equal(0, text.Samples["sv2_client_shares_accepted_total"]);
        Assert.Equal(0, text.Samples["sv2_client_shares_rejected_total{error_code=\"stale-share\"}"]);
        Assert.Equal(0, text.Samples["sv2_server_channels{channel_type=\"extended\"}"]);
        Assert.Equal(1, text.Samples["jdc_work_source{source=\"solo\"}"]);
        Assert.Equal(0, text.Samples["jdc_blocks_total{outcome=\"found\"}"]);
        Assert.Equal(0, text.Samples["jdc_tip_to_job_seconds_count"]);
        Assert.Contains(text.Samples.Keys, sample => sample.StartsWith("jdc_build_info{version=", StringComparison.Ordinal));
        Assert.InRange(text.Samples["process_open_fds"], 10, text.Samples["process_max_fds"]);
    }

    [Fact]
    public async Task Open_files_are_counted_anew_after_ten_seconds_and_the_rest_each_time()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc");
        (CollectorRegistry registry, MetricFactory factory) = New();
        var process = new ProcessMetrics(factory);
        DateTimeOffset start = DateTimeOffset.UnixEpoch;
        process.Update(start, start);
        Exposition first = await ReadAsync(registry);
        const int More = 100;
        FileStream[] files = [.. Enumerable.Range(0, More).Select(static _ => File.OpenRead("/proc/self/limits"))];
        try
        {
            GC.Collect();
            process.Update(start, start + ProcessMetrics.OpenFilesAge - TimeSpan.FromTicks(1));
            Exposition soon = await ReadAsync(registry);
            process.Update(start, start + ProcessMetrics.OpenFilesAge);
            Exposition later = await ReadAsync(registry);

            Assert.Equal(first.Samples["process_open_fds"], soon.Samples["process_open_fds"]);
            // Other tests of this process open and close some, too.
            Assert.True(later.Samples["process_open_fds"] > More);
            Assert.True(soon.Samples["dotnet_collection_count_total{generation=\"2\"}"]
                > first.Samples["dotnet_collection_count_total{generation=\"2\"}"]);
            Assert.True(soon.Samples["process_cpu_seconds_total"] > 0);
            Assert.True(soon.Samples["process_resident_memory_bytes"] > soon.Samples["dotnet_total_memory_bytes"]);
        }
        finally
        {
            foreach (FileStream file in files)
                await file.DisposeAsync();
        }
    }

    [Fact]
    public async Task Codes_and_names_that_others_choose_cannot_make_them_grow()
    {
        (CollectorRegistry registry, MetricFactory factory) = New();
        var events = new EventMetrics(factory, new Latencies(factory));
        var pools = new PoolShareMetrics(factory, byChannel: true);
        var workers = new WorkerMetrics(factory);
        for (int i = 0; i < 5000; i++)
        {
            pools.Observe(new CoreReport.UpstreamChannelOpened(0, (uint)i, 4, 8, U256.MaxValue, $"we-{i}", 1), _ => "pool");
            pools.Observe(new CoreReport.UpstreamShareRejected(0, (uint)i, $"code-{i}", 0), _ => "pool");
            events.Observe(new CoreReport.CustomJobRefused(0, 1, new string('x', 200 + i), RefusalDecision.RetryLater));
            var session = new SessionId(i);
            workers.Observe(new CoreReport.ChannelOpened(session, 1, true, $"worker-{i}\"\n\\", 1, U256.MaxValue));
            workers.Observe(new CoreReport.ShareAccepted(session, 1, 1, 2));
            workers.Observe(new CoreReport.ShareRejected(session, 1, 1, "stale-share"));
            workers.Observe(new CoreReport.SessionClosed(session, "peer", "gone", 1));
            workers.Observe(new CoreReport.ShareAccepted(session, 1, 1, 2));
        }

        Exposition text = await ReadAsync(registry);
        Assert.Equal(PoolShareMetrics.MaxChannels, Count(text, "sv2_server_shares_rejected_total{"));
        Assert.Equal(1, Count(text, "sv2_server_channel_hashrate{"));
        Assert.Equal(1, Count(text, "jdc_custom_jobs_refused_total{"));
        Assert.Equal(WorkerMetrics.MaxWorkers + 1, Count(text, "jdc_worker_shares_accepted_total{"));
        Assert.Equal(4000, text.Samples["jdc_worker_shares_accepted_total{user_identity=\"other\"}"]);
        Assert.Equal(8000, text.Samples["jdc_worker_work_total{user_identity=\"other\"}"]);
        Assert.Equal(WorkerMetrics.MaxWorkers, Count(text, "sv2_client_shares_accepted_total{"));
        Assert.Equal(WorkerMetrics.MaxWorkers, Count(text, "sv2_client_shares_rejected_total{"));
        Assert.Equal(0, Count(text, "sv2_client_channel_hashrate{"));
    }

    [Fact]
    public async Task Codes_of_a_pool_beyond_those_told_apart_are_summed()
    {
        (CollectorRegistry registry, MetricFactory factory) = New();
        var pools = new PoolShareMetrics(factory, byChannel: false);
        for (int i = 0; i < 5000; i++)
            pools.Observe(new CoreReport.UpstreamShareRejected(0, (uint)i, $"code-{i}", 0), _ => "pool");

        Exposition text = await ReadAsync(registry);
        Assert.Equal(33, Count(text, "sv2_server_shares_rejected_total{"));
        Assert.Equal(5000 - 32, text.Samples["sv2_server_shares_rejected_total{upstream=\"pool\",error_code=\"other\"}"]);
    }

    [Fact]
    public async Task With_worker_metrics_a_client_of_the_reference_s_labels_finds_its_series()
    {
        (CollectorRegistry registry, MetricFactory factory) = New();
        var pools = new PoolShareMetrics(factory, byChannel: true);
        var workers = new WorkerMetrics(factory);
        pools.Observe(new CoreReport.UpstreamChannelOpened(0, 5, 4, 8, U256.MaxValue, "us", 7), _ => "pool");
        pools.Observe(new CoreReport.UpstreamSharesAccepted(0, 3, 9), _ => "pool");
        pools.Observe(new CoreReport.UpstreamShareRejected(0, 4, "stale-share", 0), _ => "pool");
        workers.Observe(new CoreReport.ChannelOpened(new SessionId(2), 1, true, "a", 10, U256.MaxValue));
        workers.Observe(new CoreReport.TargetChanged(new SessionId(2), 1, 20, U256.MaxValue));
        workers.Observe(new CoreReport.ShareAccepted(new SessionId(2), 1, 1, 2));
        workers.Observe(new CoreReport.ShareRejected(new SessionId(2), 1, 1, "stale-share"));

        Exposition text = await ReadAsync(registry);
        const string pool = "upstream=\"pool\",channel_id=\"5\",user_identity=\"us\"";
        Assert.Equal(7, text.Samples[$"sv2_server_channel_hashrate{{{pool}}}"]);
        Assert.Equal(3, text.Samples[$"sv2_server_shares_accepted_total{{{pool}}}"]);
        Assert.Equal(1, text.Samples[$"sv2_server_shares_rejected_total{{{pool},error_code=\"stale-share\"}}"]);
        const string client = "client_id=\"2\",channel_id=\"1\",user_identity=\"a\"";
        Assert.Equal(20, text.Samples[$"sv2_client_channel_hashrate{{{client}}}"]);
        Assert.Equal(1, text.Samples[$"sv2_client_shares_accepted_total{{{client}}}"]);
        Assert.Equal(1, text.Samples[$"sv2_client_shares_rejected_total{{{client},error_code=\"stale-share\"}}"]);
    }

    [Fact]
    public async Task Channels_beyond_those_told_apart_are_summed_and_never_lose_a_share()
    {
        (CollectorRegistry registry, MetricFactory factory) = New();
        var workers = new WorkerMetrics(factory);
        for (int i = 0; i < WorkerMetrics.MaxWorkers + 2; i++)
        {
            workers.Observe(new CoreReport.ChannelOpened(new SessionId(i), 1, true, "a", 10, U256.MaxValue));
            workers.Observe(new CoreReport.ShareAccepted(new SessionId(i), 1, 1, 2));
        }

        const string other = "client_id=\"other\",channel_id=\"other\",user_identity=\"other\"";
        Exposition text = await ReadAsync(registry);
        Assert.Equal(2, text.Samples[$"sv2_client_shares_accepted_total{{{other}}}"]);
        Assert.Equal(20, text.Samples[$"sv2_client_channel_hashrate{{{other}}}"]);

        workers.Observe(new CoreReport.SessionClosed(new SessionId(WorkerMetrics.MaxWorkers), "peer", "gone", 1));
        text = await ReadAsync(registry);
        Assert.Equal(2, text.Samples[$"sv2_client_shares_accepted_total{{{other}}}"]);
        Assert.Equal(10, text.Samples[$"sv2_client_channel_hashrate{{{other}}}"]);
    }

    [Fact]
    public async Task A_pool_s_channel_that_comes_back_goes_on_where_it_was()
    {
        (CollectorRegistry registry, MetricFactory factory) = New();
        var pools = new PoolShareMetrics(factory, byChannel: true);
        for (int i = 0; i < 3; i++)
        {
            pools.Observe(new CoreReport.UpstreamChannelOpened(0, 1, 4, 8, U256.MaxValue, "us", 7), _ => "pool");
            pools.Observe(new CoreReport.UpstreamSharesAccepted(0, 2, 9), _ => "pool");
            pools.Observe(
                new CoreReport.UpstreamChanged(0, "pool", UpstreamState.Waiting, UpstreamHealth.Unreachable, "gone", null, null),
                _ => "pool");
        }

        Exposition text = await ReadAsync(registry);
        Assert.Equal(6, text.Samples["sv2_server_shares_accepted_total{upstream=\"pool\",channel_id=\"1\",user_identity=\"us\"}"]);
        Assert.Equal(0, Count(text, "sv2_server_channel_hashrate{"));
    }

    [Fact]
    public async Task A_pool_that_loses_the_work_is_a_fallback_and_one_that_is_only_tried_again_is_a_failure()
    {
        (CollectorRegistry registry, MetricFactory factory) = New();
        var events = new EventMetrics(factory, new Latencies(factory));
        Tell(UpstreamState.Active, UpstreamHealth.Fit);
        Tell(UpstreamState.Waiting, UpstreamHealth.Refuses);
        foreach (int _ in Enumerable.Range(0, 3))
        {
            Tell(UpstreamState.Connecting, UpstreamHealth.Unreachable);
            Tell(UpstreamState.Waiting, UpstreamHealth.Unreachable);
        }

        // Left for another one, then dropped while it stood by.
        Tell(UpstreamState.Active, UpstreamHealth.Fit);
        Tell(UpstreamState.Standby, UpstreamHealth.Fit);
        Tell(UpstreamState.Waiting, UpstreamHealth.Fit);

        Exposition text = await ReadAsync(registry);
        Assert.Equal(1, text.Samples["jdc_fallbacks_total{upstream=\"pool:1\",reason=\"refuses\"}"]);
        Assert.Equal(1, Count(text, "jdc_fallbacks_total{"));
        Assert.Equal(1, text.Samples["jdc_upstream_failures_total{upstream=\"pool:1\",reason=\"refuses\"}"]);
        Assert.Equal(3, text.Samples["jdc_upstream_failures_total{upstream=\"pool:1\",reason=\"unreachable\"}"]);
        Assert.Equal(2, Count(text, "jdc_upstream_failures_total{"));

        void Tell(UpstreamState state, UpstreamHealth health) =>
            events.Observe(new CoreReport.UpstreamChanged(0, "pool:1", state, health, "why", null, null));
    }

    [Fact]
    public void Answers_to_found_blocks_are_counted_and_go_into_the_journal()
    {
        var journal = new Journal();
        var answers = new CountedBlockAnswers(journal);
        answers.Record(default(U256), "node", new TargetAnswer(AnswerKind.Rejected, "high-hash"), 1);
        answers.Record(new SubmitSolution(1, 2, 3, 4, ReadOnlyMemory<byte>.Empty), "ipc", new TargetAnswer(AnswerKind.Accepted, ""));

        Assert.Equal((1, 1, 0), (answers.Of(AnswerKind.Rejected), answers.Of(AnswerKind.Accepted), answers.Of(AnswerKind.Failed)));
        Assert.Equal(["node rejected, high-hash", "ipc accepted"], journal.Written);
    }

    private sealed class Journal : IBlockAnswers
    {
        internal List<string> Written { get; } = [];

        public void Record(U256 hash, string target, TargetAnswer answer, int attempts) => Written.Add($"{target} {answer}");

        public void Record(SubmitSolution solution, string target, TargetAnswer answer) => Written.Add($"{target} {answer}");
    }

    [Fact]
    public async Task A_template_provider_is_lost_once_however_often_it_is_then_tried()
    {
        (CollectorRegistry registry, MetricFactory factory) = New();
        var events = new EventMetrics(factory, new Latencies(factory));
        foreach (ProviderState state in new[]
        {
            ProviderState.Connecting, ProviderState.Waiting, ProviderState.Connecting, ProviderState.Connected, ProviderState.Active,
            ProviderState.Waiting, ProviderState.Connecting, ProviderState.Waiting,
        })
        {
            events.Observe(new CoreReport.ProviderChanged(0, "node", state, "why", null));
        }

        Exposition text = await ReadAsync(registry);
        Assert.Equal(1, text.Samples["jdc_provider_losses_total{provider=\"node\"}"]);
        Assert.Equal(3, text.Samples["jdc_connection_attempts_total{role=\"template_provider\",peer=\"node\"}"]);
    }

    private static (CollectorRegistry Registry, MetricFactory Factory) New()
    {
        CollectorRegistry registry = Metrics.NewCustomRegistry();
        return (registry, Metrics.WithCustomRegistry(registry));
    }

    private static int Count(Exposition text, string start) =>
        text.Samples.Keys.Count(sample => sample.StartsWith(start, StringComparison.Ordinal));

    private static async Task<Exposition> ReadAsync(CollectorRegistry registry)
    {
        using var stream = new MemoryStream();
        await registry.CollectAndExportAsTextAsync(stream, TestContext.Current.CancellationToken);
        return Exposition.Parse(System.Text.Encoding.UTF8.GetString(stream.ToArray()));
    }
}
