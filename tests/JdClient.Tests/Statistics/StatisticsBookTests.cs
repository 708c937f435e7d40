using Bitcoin;
using JdClient.Core;
using JdClient.Statistics;
using Microsoft.Extensions.Time.Testing;

namespace JdClient.Tests.Statistics;

public sealed class StatisticsBookTests
{
    private static readonly SessionId Session = new(1);

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    private readonly StatisticsBook _book;

    public StatisticsBookTests() => _book = new StatisticsBook(_time);

    [Fact]
    public void A_worker_keeps_its_sums_over_connections()
    {
        Open(Session, "rig-1");
        Accept(Session, 8, 100);
        _book.Observe(new CoreReport.ShareRejected(Session, 1, 1, "stale-share"));
        _book.Observe(new CoreReport.SessionClosed(Session, "peer", "gone", 1));
        _time.Advance(TimeSpan.FromHours(1));
        Open(new SessionId(2), "rig-1");
        Accept(new SessionId(2), 16, 50);

        WorkerTotals worker = Assert.Single(_book.Read().Workers);
        Assert.Equal(("rig-1", 2, 1, 24, 100), (worker.UserIdentity, worker.Accepted, worker.Rejected, worker.Work, worker.BestDifficulty));
        Assert.Equal(DateTimeOffset.UnixEpoch, worker.FirstShareAt);
        Assert.Equal(DateTimeOffset.UnixEpoch + TimeSpan.FromHours(1), worker.LastShareAt);
    }

    [Fact]
    public void Shares_of_a_proxy_are_those_of_the_worker_they_name()
    {
        Open(Session, "proxy");
        _book.Observe(new CoreReport.ShareAccepted(Session, 1, 1, 8, 9, "rig-7"));

        Assert.Equal("rig-7", Assert.Single(_book.Read().Workers).UserIdentity);
    }

    [Fact]
    public void The_best_share_stays_with_who_found_it_and_when()
    {
        Open(Session, "rig-1");
        Open(new SessionId(2), "rig-2");
        Accept(Session, 8, 1000);
        _time.Advance(TimeSpan.FromMinutes(1));
        Accept(new SessionId(2), 8, 999);

        Assert.Equal(new BestShare(1000, "rig-1", DateTimeOffset.UnixEpoch), _book.Read().Best);
    }

    [Fact]
    public void Sums_go_on_from_those_of_an_earlier_run()
    {
        Open(Session, "rig-1");
        Accept(Session, 8, 100);
        _book.Observe(new CoreReport.ShareRejected(Session, 1, 1, "stale-share"));
        _book.Observe(new CoreReport.UpstreamSharesAccepted(0, 5, 40));
        _book.Observe(new CoreReport.UpstreamShareRejected(0, 1, "stale-share", 0));
        _time.Advance(TimeSpan.FromDays(1));
        var next = new StatisticsBook(_time);
        next.Continue(_book.Read());
        next.Observe(new CoreReport.ChannelOpened(Session, 1, true, "rig-1", 1, U256.MaxValue));
        next.Observe(new CoreReport.ShareAccepted(Session, 1, 1, 8, 50));

        LifetimeTotals totals = next.Read();
        Assert.Equal(DateTimeOffset.UnixEpoch, totals.Since);
        Assert.Equal((2, 1, 16), (totals.Accepted, totals.Rejected, totals.Work));
        Assert.Equal((5, 1), (totals.AcceptedUpstream, totals.RejectedUpstream));
        Assert.Equal(100, totals.Best?.Difficulty);
        Assert.Equal((2, 1), (Assert.Single(totals.Workers).Accepted, totals.Workers[0].Rejected));
    }

    [Fact]
    public void Names_without_end_cost_no_memory_and_lose_no_share()
    {
        for (uint i = 0; i < StatisticsBook.MaxWorkers + 50; i++)
        {
            _book.Observe(new CoreReport.ChannelOpened(Session, i, true, $"rig-{i}", 1, U256.MaxValue));
            _book.Observe(new CoreReport.ShareAccepted(Session, i, 1, 2, 3));
            _book.Observe(new CoreReport.ShareRejected(Session, i, 1, "stale-share"));
            _book.Observe(new CoreReport.ShareAccepted(Session, 0, 1, 2, 3));
        }

        LifetimeTotals totals = _book.Read();
        Assert.Equal(StatisticsBook.MaxWorkers, totals.Workers.Length);

        // Who mines on is not the one to go.
        Assert.Contains(totals.Workers, worker => worker.UserIdentity == "rig-0");
        Assert.Equal((50, 50, 100), (totals.Others?.Accepted, totals.Others?.Rejected, totals.Others?.Work));
        Assert.Equal(totals.Accepted, totals.Workers.Sum(worker => worker.Accepted) + totals.Others!.Accepted);
    }

    [Fact]
    public void Refused_shares_alone_make_no_worker()
    {
        Open(Session, "rig-1");
        _book.Observe(new CoreReport.ShareRejected(Session, 1, 1, "difficulty-too-low"));

        Assert.Empty(_book.Read().Workers);
        Assert.Equal(1, _book.Read().Rejected);
    }

    private void Open(SessionId session, string name) =>
        _book.Observe(new CoreReport.ChannelOpened(session, 1, true, name, 1, U256.MaxValue));

    private void Accept(SessionId session, double work, double difficulty) =>
        _book.Observe(new CoreReport.ShareAccepted(session, 1, 1, work, difficulty));
}
