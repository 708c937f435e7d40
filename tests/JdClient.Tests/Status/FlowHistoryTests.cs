using JdClient.ChannelManager;
using JdClient.Core;
using JdClient.Status;
using JdClient.Tests.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace JdClient.Tests.Status;

public sealed class FlowHistoryTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly DaemonStatus _daemon = new();
    private readonly StatusService _status;
    private readonly FlowHistory _flow;

    public FlowHistoryTests()
    {
        _status = new StatusService(TestDaemon.Solo(), _daemon, new ActorProgress(), _time, NullLogger<StatusService>.Instance);
        _flow = new FlowHistory(_status, _daemon, _time);
    }

    [Fact]
    public void A_sample_holds_what_came_since_the_one_before()
    {
        Shares(accepted: 3, rejected: 1, acceptedUpstream: 2, rejectedUpstream: 0);
        Step(hashRate: 100);
        Shares(accepted: 4, rejected: 0, acceptedUpstream: 0, rejectedUpstream: 5);
        Step(hashRate: 300);

        DateTimeOffset at = _time.GetUtcNow();
        double secs = FlowHistory.HourInterval.TotalSeconds;
        Assert.Equal(
            [new FlowSample(at - FlowHistory.HourInterval, secs, 100, 3, 1, 2, 0), new FlowSample(at, secs, 300, 4, 0, 0, 5)], _flow.Hour);
        Assert.Empty(_flow.Day);
    }

    [Fact]
    public void Samples_of_the_day_are_sums_of_those_of_the_hour_with_their_mean_hash_rate()
    {
        int together = (int)(FlowHistory.DayInterval / FlowHistory.HourInterval);
        for (int i = 0; i < together; i++)
        {
            Shares(accepted: 2, rejected: 1, acceptedUpstream: 1, rejectedUpstream: 1);
            Step(hashRate: i % 2 == 0 ? 100 : 200);
        }

        Assert.Equal(
            [new FlowSample(_time.GetUtcNow(), FlowHistory.DayInterval.TotalSeconds, 150, 2 * together, together, together, together)],
            _flow.Day);
    }

    [Fact]
    public void The_oldest_make_room()
    {
        int steps = (FlowHistory.DayCapacity + 1) * (int)(FlowHistory.DayInterval / FlowHistory.HourInterval);
        for (int i = 0; i < steps; i++)
            Step(hashRate: i);

        Assert.Equal((FlowHistory.HourCapacity, FlowHistory.DayCapacity), (_flow.Hour.Count, _flow.Day.Count));
        Assert.Equal(steps - 1, _flow.Hour[^1].HashRate);
        Assert.Equal(steps - FlowHistory.HourCapacity, _flow.Hour[0].HashRate);
        Assert.Equal(_time.GetUtcNow(), _flow.Day[^1].At);
        Assert.Equal(_time.GetUtcNow() - ((FlowHistory.DayCapacity - 1) * FlowHistory.DayInterval), _flow.Day[0].At);
    }

    private void Step(double hashRate)
    {
        _time.Advance(FlowHistory.HourInterval);
        _daemon.Snapshot = Snapshots.Solo(_time.GetUtcNow(), template: true) with { HashRate = hashRate };
        _flow.Sample();
    }

    private void Shares(int accepted, int rejected, uint acceptedUpstream, int rejectedUpstream)
    {
        for (int i = 0; i < accepted; i++)
            _status.Observe(new CoreReport.ShareAccepted(default, 1, 1, 1));
        for (int i = 0; i < rejected; i++)
            _status.Observe(new CoreReport.ShareRejected(default, 1, 1, "stale-share"));
        if (acceptedUpstream > 0)
            _status.Observe(new CoreReport.UpstreamSharesAccepted(0, acceptedUpstream, 1));
        for (int i = 0; i < rejectedUpstream; i++)
            _status.Observe(new CoreReport.UpstreamShareRejected(0, 1, "stale-share", 1));
    }
}
