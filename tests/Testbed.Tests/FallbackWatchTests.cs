using JdClient.Core;
using Microsoft.Extensions.Time.Testing;
using Testbed.Farms;
using Testbed.Miners;
using Testbed.Nodes;
using Testbed.Pools;

namespace Testbed.Tests;

public sealed class FallbackWatchTests : IAsyncDisposable
{
    private static readonly WorkSource Pool = new(0, "127.0.0.1:0");

    private static readonly LinkId Provider = new(7);

    private readonly FakeTimeProvider _time = new();
    private readonly PoolSite _site;

    public FallbackWatchTests() =>
        _site = new PoolSite(0, new Chain(new ChainOptions(), _time), new PoolSiteOptions(), _time);

    [Fact]
    public void The_gap_runs_from_the_daemons_knowing_to_the_last_channels_work()
    {
        var watch = new FallbackWatch([_site], hasReports: true, _time);
        watch.OnReport(new CoreReport.JobIssued(1, Provider, 1, Pool, false, 2));
        watch.OnReport(new CoreReport.WorkSourceChanged(WorkSource.Solo, Pool, "acknowledged", TimeSpan.Zero));
        Take(watch, "a", 1);
        Take(watch, "b", 1);
        _time.Advance(TimeSpan.FromSeconds(5));

        watch.OnReport(new CoreReport.DeadlineMissed(new LinkId(1), LinkRole.Pool, 0, "answer", TimeSpan.FromSeconds(1)));
        _time.Advance(TimeSpan.FromMilliseconds(3));
        Take(watch, "a", 2); // The miner is quicker than the report.
        watch.OnReport(new CoreReport.JobIssued(2, Provider, 1, WorkSource.Solo, false, 2));
        watch.OnReport(new CoreReport.WorkSourceChanged(Pool, WorkSource.Solo, "no answer", TimeSpan.Zero));
        Assert.Null(watch.Fallbacks[^1].GapMs);
        _time.Advance(TimeSpan.FromMilliseconds(4));
        Take(watch, "b", 2);

        Fallback fallback = watch.Fallbacks[^1];
        Assert.Equal(("no answer", Pool.Name, "solo", 7.0), (fallback.Reason, fallback.From, fallback.To, fallback.GapMs));
        Assert.Equal("solo", watch.Source);
    }

    [Fact]
    public void From_outside_a_channel_that_lags_behind_is_no_change_of_work()
    {
        var watch = new FallbackWatch([_site], hasReports: false, _time);
        Take(watch, "a", 1, Solo);
        Take(watch, "b", 1, Solo);
        Take(watch, "a", 2, Paid);
        Take(watch, "a", 3, Solo);
        _time.Advance(TimeSpan.FromMilliseconds(2));
        Take(watch, "b", 2, Paid);
        Take(watch, "b", 3, Solo);

        Assert.Equal([_site.Name, "solo"], watch.Fallbacks.Select(fallback => fallback.To));
        Assert.All(watch.Fallbacks, fallback => Assert.Equal(2.0, fallback.GapMs));
    }

    [Fact]
    public void A_pool_stands_behind_the_jobs_that_it_acknowledged_whatever_other_providers_call_their_templates()
    {
        var watch = new FallbackWatch([_site], hasReports: true, _time);
        var pool = new WorkSource(0, _site.Name);
        watch.OnReport(new CoreReport.JobIssued(1, Provider, 7, pool, false, 2));
        watch.OnReport(new CoreReport.CustomJobAcknowledged(0, Provider, 7, 1, TimeSpan.Zero, 0));
        watch.OnReport(new CoreReport.JobIssued(2, new LinkId(8), 7, pool, false, 2));

        Assert.Equal(_site, watch.PoolOf(ShareOf(1)));
        Assert.Null(watch.PoolOf(ShareOf(2)));

        static MinerShare ShareOf(uint job) => new("a", U256.One, false, job, 0, 0, null);
    }

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    private static ReadOnlyMemory<byte> Solo => new byte[40];

    private ReadOnlyMemory<byte> Paid => (byte[])[.. new byte[12], .. _site.PayoutScript.Span, .. new byte[8]];

    private void Take(FallbackWatch watch, string device, uint job, ReadOnlyMemory<byte>? suffix = null) =>
        watch.OnWork(new TakenWork(device, 2, job, _time.GetTimestamp(), suffix));
}
