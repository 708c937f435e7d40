using System.Net;
using Bitcoin;
using JdClient.Core;
using JdClient.Monitoring.Metrics;
using Prometheus;

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
        Assert.Contains(text.Samples.Keys, sample => sample.StartsWith("process_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Codes_and_names_that_others_choose_cannot_make_them_grow()
    {
        CollectorRegistry registry = Metrics.NewCustomRegistry();
        MetricFactory factory = Metrics.WithCustomRegistry(registry);
        var events = new EventMetrics(factory, new Latencies(factory));
        var workers = new WorkerMetrics(factory);
        for (int i = 0; i < 5000; i++)
        {
            events.Observe(new CoreReport.UpstreamShareRejected(0, (uint)i, $"code-{i}", 0), _ => "pool");
            events.Observe(new CoreReport.CustomJobRefused(0, 1, new string('x', 200 + i), RefusalDecision.RetryLater), _ => "pool");
            var session = new SessionId(i);
            workers.Observe(new CoreReport.ChannelOpened(session, 1, true, $"worker-{i}\"\n\\", 1, U256.MaxValue));
            workers.Observe(new CoreReport.ShareAccepted(session, 1, 1, 2));
            workers.Observe(new CoreReport.SessionClosed(session, "peer", "gone", 1));
            workers.Observe(new CoreReport.ShareAccepted(session, 1, 1, 2));
        }

        Exposition text = await ReadAsync(registry);
        Assert.Equal(33, Count(text, "sv2_server_shares_rejected_total{"));
        Assert.Equal(5000 - 32, text.Samples["sv2_server_shares_rejected_total{upstream=\"pool\",error_code=\"other\"}"]);
        Assert.Equal(1, Count(text, "jdc_custom_jobs_refused_total{"));
        Assert.Equal(WorkerMetrics.MaxWorkers + 1, Count(text, "jdc_worker_shares_accepted_total{"));
        Assert.Equal(4000, text.Samples["jdc_worker_shares_accepted_total{user_identity=\"other\"}"]);
        Assert.Equal(8000, text.Samples["jdc_worker_work_total{user_identity=\"other\"}"]);
    }

    [Fact]
    public async Task A_pool_left_is_counted_by_what_was_found_against_it_and_a_release_is_not()
    {
        CollectorRegistry registry = Metrics.NewCustomRegistry();
        MetricFactory factory = Metrics.WithCustomRegistry(registry);
        var events = new EventMetrics(factory, new Latencies(factory));
        foreach (UpstreamHealth health in new[] { UpstreamHealth.Unreachable, UpstreamHealth.Unreachable, UpstreamHealth.Refuses, UpstreamHealth.Fit })
            events.Observe(new CoreReport.UpstreamChanged(0, "pool:1", UpstreamState.Waiting, health, "why", null, null), _ => "pool:1");

        Exposition text = await ReadAsync(registry);
        Assert.Equal(2, text.Samples["jdc_fallbacks_total{upstream=\"pool:1\",reason=\"unreachable\"}"]);
        Assert.Equal(1, text.Samples["jdc_fallbacks_total{upstream=\"pool:1\",reason=\"refuses\"}"]);
        Assert.Equal(2, Count(text, "jdc_fallbacks_total{"));
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
