using JdClient.Core;
using JdClient.Monitoring;
using JdClient.Monitoring.Telemetry;
using JdClient.Status;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace JdClient.Tests.Monitoring;

public sealed class AnswerCacheTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly DaemonStatus _daemon = new();
    private readonly StatusService _status;
    private readonly AnswerCache _cache;
    private int _made;

    public AnswerCacheTests()
    {
        var configuration = Hosting.TestDaemon.Solo();
        _status = new StatusService(
            configuration, _daemon, new JdClient.ChannelManager.ActorProgress(), _time, NullLogger<StatusService>.Instance);
        _cache = new AnswerCache(new MonitoringSources(
            configuration,
            _daemon,
            _status,
            new FlowHistory(_status, _daemon, _time),
            new MinerTelemetrySearch(configuration, _daemon, _time, NullLogger<MinerTelemetrySearch>.Instance),
            new JdClient.Statistics.StatisticsBook(_time),
            _time));
    }

    [Fact]
    public async Task An_answer_is_made_once_for_all_who_ask_and_anew_when_it_is_old()
    {
        Assert.Equal("1", await AskAsync("/api/v1/status"));
        Assert.Equal("1", await AskAsync("/api/v1/status"));
        Assert.Equal("2", await AskAsync("/api/v1/status?other"));

        _time.Advance(AnswerCache.MaxAge);

        Assert.Equal("3", await AskAsync("/api/v1/status"));
    }

    [Fact]
    public async Task What_has_changed_is_made_anew_at_once()
    {
        await AskAsync("/api/v1/status");
        _status.Observe(new CoreReport.WorkSourceChanged(WorkSource.Solo, new WorkSource(0, "pool"), "test", TimeSpan.Zero));
        Assert.Equal("2", await AskAsync("/api/v1/status"));

        _daemon.Downstream = new DownstreamSnapshot(_time.GetUtcNow(), []);
        Assert.Equal("3", await AskAsync("/api/v1/status"));
    }

    [Fact]
    public async Task Errors_are_not_kept_and_neither_are_probes()
    {
        foreach (int made in new[] { 1, 2 })
            Assert.Equal($"{made}", await AskAsync("/api/v1/clients/7", StatusCodes.Status404NotFound));
        foreach (int made in new[] { 3, 4 })
            Assert.Equal($"{made}", await AskAsync("/readyz"));
    }

    [Fact]
    public async Task As_many_answers_as_clients_like_to_name_are_not_kept()
    {
        await AskAsync("/metrics");
        for (int i = 0; i < AnswerCache.MaxAnswers; i++)
            await AskAsync($"/api/v1/workers?offset={i}");

        Assert.Equal($"{AnswerCache.MaxAnswers + 2}", await AskAsync("/metrics"));
    }

    [Fact]
    public async Task After_work_the_maker_rests_for_three_times_as_long()
    {
        await AskAsync("/a", work: TimeSpan.FromMilliseconds(20));

        Task<string> second = AskAsync("/b");
        _time.Advance(TimeSpan.FromMilliseconds(59));
        Assert.False(second.IsCompleted);
        Assert.Equal("1", await AskAsync("/a"));
        _time.Advance(TimeSpan.FromMilliseconds(2));

        Assert.Equal("2", await second);
    }

    public void Dispose() => _cache.Dispose();

    // What is told is how many answers had been made with this one.
    private async Task<string> AskAsync(string pathAndQuery, int status = StatusCodes.Status200OK, TimeSpan work = default)
    {
        string[] parts = pathAndQuery.Split('?');
        using var body = new MemoryStream();
        var context = new DefaultHttpContext();
        context.Request.Path = parts[0];
        context.Request.QueryString = parts.Length > 1 ? new QueryString($"?{parts[1]}") : QueryString.Empty;
        context.Response.Body = body;
        await _cache.InvokeAsync(context, async made =>
        {
            _time.Advance(work);
            made.Response.StatusCode = status;
            await made.Response.WriteAsync($"{++_made}");
        });
        Assert.Equal(status, context.Response.StatusCode);
        return System.Text.Encoding.UTF8.GetString(body.ToArray());
    }
}
