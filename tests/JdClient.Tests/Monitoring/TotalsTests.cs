using System.Net;
using System.Text.Json;
using JdClient.Statistics;

namespace JdClient.Tests.Monitoring;

public sealed class TotalsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("jdc").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Sums_of_earlier_runs_are_told_and_kept_for_the_next()
    {
        string file = Path.Combine(_directory, StatisticsFile.Name);
        await File.WriteAllTextAsync(
            file,
            """
            {"form":1,"since":"2026-01-01T00:00:00Z","accepted":5,"rejected":1,"work":40,"blocks_found":2,
            "best":{"difficulty":90,"user_identity":"b","at":"2026-01-02T00:00:00Z"},
            "workers":[
            {"user_identity":"a","accepted":4,"work":10,"first_share_at":"2026-01-01T00:00:00Z","last_share_at":"2026-01-03T00:00:00Z"},
            {"user_identity":"b","accepted":1,"work":30,"first_share_at":"2026-01-01T00:00:00Z","last_share_at":"2026-01-02T00:00:00Z"}]}
            """,
            TestContext.Current.CancellationToken);
        await using (MonitoredDaemon daemon = await MonitoredDaemon.StartAsync(
            change: configuration => configuration with { DataDirectory = _directory }))
        {
            JsonElement totals = await daemon.GetAsync("/api/v1/totals?limit=1");
            Assert.Equal("2026-01-01T00:00:00+00:00", totals.GetProperty("since").GetString());
            Assert.Equal(2, totals.GetProperty("blocks_found").GetInt32());
            Assert.Equal("b", totals.GetProperty("best_share").GetProperty("user_identity").GetString());
            Assert.Equal(2, totals.GetProperty("workers").GetProperty("total").GetInt32());
            Assert.Equal(["b"], Names(totals));
            Assert.Equal(["a", "b"], Names(await daemon.GetAsync("/api/v1/totals?sort=user")));
            Assert.Equal(["a", "b"], Names(await daemon.GetAsync("/api/v1/totals?sort=-last_share")));
            await daemon.GetAsync("/api/v1/totals?sort=height", HttpStatusCode.BadRequest);
            File.Delete(file);
        }

        using JsonDocument kept = JsonDocument.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Equal(5, kept.RootElement.GetProperty("accepted").GetInt32());
    }

    private static IEnumerable<string?> Names(JsonElement totals) => totals.GetProperty("workers").GetProperty("items").EnumerateArray()
        .Select(static worker => worker.GetProperty("user_identity").GetString());
}
