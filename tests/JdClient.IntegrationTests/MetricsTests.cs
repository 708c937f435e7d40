using JdClient.Tests.Monitoring;
using Testbed.Daemons;
using Testbed.Farms;
using TestSupport;
using Xunit;

namespace JdClient.IntegrationTests;

/// <summary>What Prometheus reads while pools and the template provider come and go.</summary>
public sealed class MetricsTests
{
    private const int Rounds = 5;

    /// <summary>Peers of this farm times the codes and reasons that are told apart.</summary>
    private const int MaxSeriesOfFamily = 64;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DaemonBuild.Runtime)]
    [InlineData(DaemonBuild.Published)]
    public async Task No_counter_goes_down_or_away_over_five_fallbacks_and_label_sets_stay_bounded(DaemonBuild build)
    {
        var options = new FarmOptions
        {
            Pools = 2,
            UntilBlocks = 0,
            BlockInterval = TimeSpan.FromSeconds(1),
            DaemonCommand = Builds.Command(build),
            MonitorPort = 0,
            ExtraKeys = "monitoring_cache_refresh_secs = 1",
            ExtraTables = "[fallback]\nunreachable_base_secs = 0.3\nunreachable_max_secs = 0.6\n"
                + "stability_secs = 0.5\nprovider_base_secs = 0.1",
        };
        await using var farm = new Farm(options, TimeProvider.System);
        await farm.StartAsync(Cancel);
        await farm.WaitUntilAsync(() => farm.IsAtWork && farm.Source == farm.Sites[0].Name, "work for the first pool", Cancel);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{((ProcessDaemon)farm.Daemon).MonitorPort}") };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        Task<List<string>> scraping = ScrapeAsync(http, stop.Token);

        for (int round = 0; round < Rounds; round++)
        {
            // By turns: the pool is gone, and its job declarator.
            await (round % 2 == 0 ? farm.Pool.StopAsync() : farm.Declarator.StopAsync());
            await farm.WaitUntilAsync(() => farm.Source != farm.Sites[0].Name, "the first pool is left", Cancel);
            await farm.Provider.StopAsync();
            await farm.Provider.StartAsync(Cancel);
            await (round % 2 == 0 ? farm.Pool.StartAsync(Cancel) : farm.Declarator.StartAsync(Cancel));
            await farm.WaitUntilAsync(() => farm.Source == farm.Sites[0].Name, "the first pool is mined for again", Cancel);
        }

        await stop.CancelAsync();
        List<string> problems = await scraping;
        problems.AddRange(Unbounded(await ReadAsync(http, Cancel)));
        Assert.Equal([], problems);
        Assert.True(farm.Fallbacks.Count(fallback => fallback.LeavesPool && fallback.From == farm.Sites[0].Name) >= Rounds);
    }

    // What was wrong from one answer to the next, from now until the end.
    private static async Task<List<string>> ScrapeAsync(HttpClient http, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        int answers = 0;
        Exposition before = await ReadAsync(http, cancellationToken);
        try
        {
            while (true)
            {
                await Task.Delay(Interval, cancellationToken);
                Exposition now = await ReadAsync(http, cancellationToken);
                answers++;
                foreach (string sample in before.Counters)
                {
                    if (!now.Samples.TryGetValue(sample, out double value))
                        problems.Add($"{sample} is gone");
                    else if (value < before.Samples[sample])
                        problems.Add($"{sample} went from {before.Samples[sample]} to {value}");
                }

                before = now;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"{answers} answers, {before.Samples.Count} series");
            return problems;
        }
    }

    private static async Task<Exposition> ReadAsync(HttpClient http, CancellationToken cancellationToken) =>
        Exposition.Parse(await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), cancellationToken));

    private static IEnumerable<string> Unbounded(Exposition last) => last.Samples.Keys
        .GroupBy(sample => sample.Split('{')[0])
        .Where(family => family.Count() > MaxSeriesOfFamily)
        .Select(family => $"{family.Key} has {family.Count()} series");
}
