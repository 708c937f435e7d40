using JdClient.ChannelManager;
using JdClient.Core;
using JdClient.Status;
using JdClient.Tests.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Sv2.Transport;

namespace JdClient.Tests.Status;

public sealed class StatusServiceTests : IDisposable
{
    private readonly LogCapture _log = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly DaemonStatus _daemon = new();
    private readonly StatusService _status;

    public StatusServiceTests() => _status = new StatusService(
        TestDaemon.Solo(),
        _daemon,
        new ActorProgress(),
        _time,
        new LoggerFactory([_log]).CreateLogger<StatusService>());

    [Fact]
    public void A_peer_that_stays_away_is_told_once_with_reason_fix_and_time()
    {
        for (int i = 0; i < 100; i++)
        {
            Provider(ProviderState.Connecting, "connecting");
            _time.Advance(TimeSpan.FromSeconds(5));
            Provider(ProviderState.Waiting, $"{ConnectFailureReason.ConnectFailed}: 127.0.0.1:1: refused", _time.GetUtcNow());
        }

        LogCapture.Line[] told = [.. _log.Lines.Where(line => line.Level > LogLevel.Debug)];
        Assert.Equal([LogLevel.Information, LogLevel.Warning], told.Select(line => line.Level));
        Assert.Contains("tried again at", told[1].Text, StringComparison.Ordinal);
        Assert.Contains("check that it runs there", told[1].Text, StringComparison.Ordinal);
        Assert.Equal(2, _status.History.Changes.Length);
    }

    [Fact]
    public void A_peer_that_is_still_away_is_told_again_after_an_hour()
    {
        Provider(ProviderState.Waiting, "gone");
        _time.Advance(TimeSpan.FromHours(1));
        Provider(ProviderState.Waiting, "gone");

        Assert.Equal(2, _log.Lines.Count(line => line.Level == LogLevel.Warning));
    }

    [Fact]
    public void A_loss_after_a_return_is_news()
    {
        Provider(ProviderState.Waiting, "gone");
        Provider(ProviderState.Active, "delivers templates");
        Provider(ProviderState.Waiting, "gone");

        Assert.Equal(
            [LogLevel.Warning, LogLevel.Information, LogLevel.Warning], _log.Lines.Select(line => line.Level));
    }

    [Fact]
    public void The_time_of_a_loss_stays_while_it_is_tried_again_and_errors_are_counted()
    {
        DateTimeOffset lostAt = _time.GetUtcNow();
        Upstream(UpstreamState.Waiting, UpstreamHealth.Unreachable, "pool: gone");
        _time.Advance(TimeSpan.FromMinutes(1));
        Upstream(UpstreamState.Connecting, UpstreamHealth.Unreachable, "connecting");
        _time.Advance(TimeSpan.FromMinutes(1));
        Upstream(UpstreamState.Waiting, UpstreamHealth.Unreachable, "pool: gone");

        PeerStatus peer = Peer();
        Assert.Equal(("waiting", "unreachable", lostAt), (peer.State, peer.Health, peer.Since));
        Assert.Equal((2, "pool: gone"), (peer.LastError!.Times, peer.LastError.Text));

        _time.Advance(TimeSpan.FromMinutes(1));
        Upstream(UpstreamState.Active, UpstreamHealth.Fit, "it has acknowledged our job");

        Assert.Equal((_time.GetUtcNow(), "pool: gone"), (Peer().Since, Peer().LastError!.Text));
    }

    [Fact]
    public void A_missed_deadline_says_whose_it_was()
    {
        _status.Observe(new CoreReport.DeadlineMissed(new LinkId(1), LinkRole.JobDeclarator, 0, "token", TimeSpan.FromSeconds(5)));
        Upstream(UpstreamState.Waiting, UpstreamHealth.Unreachable, "no token within 5 s");

        Assert.Equal("job declarator: no token within 5 s", Peer().LastError!.Text);
        Assert.Single(_log.Lines);
    }

    [Fact]
    public void A_change_of_the_work_source_keeps_its_reason_and_time()
    {
        var pool = new WorkSource(0, "pool:1");
        _time.Advance(TimeSpan.FromMinutes(1));
        _status.Observe(new CoreReport.WorkSourceChanged(WorkSource.Solo, pool, "it has acknowledged our job", TimeSpan.Zero));

        StatusReport report = _status.Read();
        Assert.Equal((pool, _time.GetUtcNow(), "it has acknowledged our job"), (report.Source, report.SourceSince, report.SourceReason));
        Assert.Equal(ChangeKind.Source, Assert.Single(report.History).Kind);
        Assert.Equal((3040, LogLevel.Information), (_log.Lines[^1].EventId, _log.Lines[^1].Level));
        _status.Observe(new CoreReport.WorkSourceChanged(pool, WorkSource.Solo, "lost", TimeSpan.Zero));
        Assert.Equal(LogLevel.Warning, _log.Lines[^1].Level);
    }

    [Fact]
    public void Shares_are_counted_by_what_became_of_them()
    {
        var session = new SessionId(1);
        _status.Observe(new CoreReport.ShareAccepted(session, 1, 1, 3));
        _status.Observe(new CoreReport.UpstreamShareSent(0, 1));
        _status.Observe(new CoreReport.ShareAccepted(session, 1, 1, 2.5));
        _status.Observe(new CoreReport.ShareAccepted(session, 1, 1, 2));
        _status.Observe(new CoreReport.ShareRejected(session, 1, 1, "stale-share"));
        _status.Observe(new CoreReport.SharesDropped(0, 2, ShareDropCause.TipChanged));

        ShareFlowSnapshot flow = _status.ReadShares();

        Assert.Equal((3, 1, 1), (flow.Accepted, flow.Rejected, flow.Forwarded));
        Assert.Equal(4.5, flow.WorkSinceForwarded);
        Assert.Equal(1, flow.RejectedByReason["stale-share"]);
        Assert.Equal(2, flow.DroppedByCause["tip_changed"]);
        Assert.Equal(1, flow.SentSinceAnswer);
        _status.Observe(new CoreReport.UpstreamSharesAccepted(0, 1, 3));
        Assert.Equal((0, null), (_status.ReadShares().SentSinceAnswer, _status.ReadShares().FirstUnansweredAt));
    }

    [Fact]
    public void Codes_that_a_pool_makes_up_do_not_grow_the_counters_without_end()
    {
        for (int i = 0; i < 1000; i++)
            _status.Observe(new CoreReport.UpstreamShareRejected(0, 1, $"code-{i}", 0));

        ShareFlowSnapshot flow = _status.ReadShares();

        Assert.InRange(flow.RejectedUpstreamByReason.Count, 2, 33);
        Assert.Equal(1000, flow.RejectedUpstreamByReason.Values.Sum());
    }

    [Fact]
    public void Reasons_that_a_peer_makes_up_are_one_line_and_bounded()
    {
        for (int i = 0; i < 1000; i++)
            Upstream(UpstreamState.Waiting, UpstreamHealth.Refuses, $"pool refused: {i}\n{new string('x', 1000)}");

        Assert.All(_log.Lines, line => Assert.DoesNotContain('\n', line.Text));
        Assert.InRange(Peer().LastError!.Text.Length, 100, 301);
        Assert.Equal(ChangeHistory.Capacity, _status.History.Changes.Length);
        Assert.Equal(1000, _status.History.Changes[^1].Number);
    }

    [Fact]
    public void It_is_not_ready_without_a_listener_and_a_template()
    {
        Assert.False(_status.ReadReadiness().IsReady);
        _daemon.SetListening(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 1));
        Assert.StartsWith("no template yet", _status.ReadReadiness().Reason, StringComparison.Ordinal);
        _daemon.Snapshot = Snapshots.Solo(_time.GetUtcNow(), template: true);
        Assert.True(_status.ReadReadiness().IsReady);
        _daemon.Fail(global::JdClient.Cli.ExitCode.Faulted, "a bug");
        Assert.Equal(new Readiness(false, "ending: a bug"), _status.ReadReadiness());
    }

    public static TheoryData<ConnectFailureReason> ConnectFailures =>
        [.. Enum.GetValues<ConnectFailureReason>().Where(reason => reason != ConnectFailureReason.Cancelled)];

    [Theory]
    [MemberData(nameof(ConnectFailures))]
    public void Every_failure_to_connect_has_a_fix_of_its_own(ConnectFailureReason reason)
    {
        string text = $"pool: {new ConnectFailure(reason, "detail")}";

        Assert.NotEqual(
            Remedies.ForUpstream(UpstreamHealth.Unreachable, "pool: gone"), Remedies.ForUpstream(UpstreamHealth.Unreachable, text));
    }

    public void Dispose() => _log.Dispose();

    private void Provider(ProviderState state, string reason, DateTimeOffset? retryAt = null) =>
        _status.Observe(new CoreReport.ProviderChanged(0, "provider:1", state, reason, retryAt));

    private void Upstream(UpstreamState state, UpstreamHealth health, string reason) =>
        _status.Observe(new CoreReport.UpstreamChanged(0, "pool:1", state, health, reason, null, null));

    private PeerStatus Peer()
    {
        _daemon.Snapshot = Snapshots.Pool(_time.GetUtcNow(), "pool:1", Bitcoin.U256.MaxValue);
        return Assert.Single(_status.Read().Upstreams);
    }
}
