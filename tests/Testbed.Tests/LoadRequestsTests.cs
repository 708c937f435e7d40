using Testbed.Load;
using Testbed.Load.Requests;

namespace Testbed.Tests;

public sealed class LoadRequestsTests
{
    [Fact(Timeout = 240_000)]
    public async Task Every_route_is_asked_for_alone_by_another_process_and_answers()
    {
        var options = new LoadOptions
        {
            Miners = 2,
            SharesPerSecond = 50,
            Tips = 0,
            TransactionCount = 10,
            ShareTime = TimeSpan.FromTicks(1),
            Window = TimeSpan.FromMilliseconds(200),
            RequestsPerSecond = 50,
            EachRoute = true,
        };
        await using var run = new LoadRun(options, TimeProvider.System, static _ => { });
        LoadReport report = await run.RunAsync(TestContext.Current.CancellationToken);

        Assert.Contains(report.Requests, route => route.Route == "/metrics");
        Assert.Contains(report.Requests, route => route.Route.StartsWith("/api/v1/clients/", StringComparison.Ordinal));
        Assert.DoesNotContain(report.Requests, route => route.Route.Contains('{', StringComparison.Ordinal));
        Assert.Contains(report.Requests, route => route is { ShareInToOutWithMs: not null, ShareInToOutWithoutMs: not null });
        foreach (RequestReport route in report.Requests)
        {
            // Three windows; what the daemon does not have (SV1 clients) is an answer, too.
            Assert.Equal(30, route.Statuses.Values.Sum());
            Assert.DoesNotContain(0, route.Statuses.Keys);
        }
    }
}
