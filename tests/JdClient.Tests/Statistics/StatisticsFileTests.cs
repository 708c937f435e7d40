using JdClient.Core;
using JdClient.Statistics;
using JdClient.Tests.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace JdClient.Tests.Statistics;

public sealed class StatisticsFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("jdc").FullName;
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    private readonly LogCapture _log = new();

    private string File => Path.Combine(_directory, StatisticsFile.Name);

    public void Dispose()
    {
        _log.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task What_was_counted_is_there_after_a_restart()
    {
        StatisticsBook first = Start(out StatisticsFile file);
        first.Observe(new CoreReport.UpstreamSharesAccepted(0, 7, 7));
        first.Observe(new CoreReport.ShareAccepted(new SessionId(1), 1, 1, double.PositiveInfinity, 5, "rig-ü"));
        await EndAsync(file);

        LifetimeTotals totals = Start(out _).Read();
        Assert.Equal(7, totals.AcceptedUpstream);
        Assert.Equal("rig-ü", Assert.Single(totals.Workers).UserIdentity);
        Assert.Equal(new BestShare(5, "rig-ü", DateTimeOffset.UnixEpoch), totals.Best);
        Assert.Equal([File], Directory.GetFiles(_directory));
    }

    [Fact]
    public async Task It_is_written_once_a_minute()
    {
        StatisticsBook book = Start(out StatisticsFile file);
        using var stop = new CancellationTokenSource();
        Task running = file.RunAsync(stop.Token);
        book.Observe(new CoreReport.UpstreamSharesAccepted(0, 7, 7));
        while (!System.IO.File.Exists(File))
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            _time.Advance(StatisticsFile.Interval);
            await Task.Yield();
        }

        Assert.Equal(7, Start(out _).Read().AcceptedUpstream);
        await stop.CancelAsync();
        await running;
    }

    [Theory]
    [InlineData("{", "statistics.unreadable.json")]
    [InlineData("null", "statistics.unreadable.json")]
    [InlineData("""{"form":1,"since":"2026-01-01T00:00:00Z"}""", "statistics.unreadable.json")]
    [InlineData("""{"form":2,"since":"2026-01-01T00:00:00Z","workers":[]}""", "its form is 2, this build reads 1")]
    [InlineData("""{"form":1,"since":"2026-01-01T00:00:00Z","workers":[null]}""", "statistics.unreadable.json")]
    public async Task A_file_that_cannot_be_read_is_put_aside_and_never_written_over(string text, string told)
    {
        await System.IO.File.WriteAllTextAsync(File, text, TestContext.Current.CancellationToken);
        StatisticsBook book = Start(out StatisticsFile file);
        Assert.Equal(0, book.Read().Accepted);
        await EndAsync(file);

        Assert.Contains(_log.Lines, line => line.EventId == 7000 && line.Text.Contains(told, StringComparison.Ordinal));
        string aside = Path.Combine(_directory, StatisticsFile.UnreadableName);
        Assert.Equal(text, await System.IO.File.ReadAllTextAsync(aside, TestContext.Current.CancellationToken));
        Assert.True(System.IO.File.Exists(File));
    }

    [Fact]
    public async Task A_disk_that_refuses_is_told_once_and_tried_again()
    {
        StatisticsBook book = Start(out StatisticsFile file);
        string temporary = File + ".tmp";
        Directory.CreateDirectory(temporary);
        book.Observe(new CoreReport.UpstreamSharesAccepted(0, 7, 7));
        await EndAsync(file);
        await EndAsync(file);
        Assert.Single(_log.Lines, line => line.EventId == 7001);

        Directory.Delete(temporary);
        await EndAsync(file);
        Assert.Equal(7, Start(out _).Read().AcceptedUpstream);
    }

    private static async Task EndAsync(StatisticsFile file)
    {
        using var ended = new CancellationTokenSource();
        await ended.CancelAsync();
        await file.RunAsync(ended.Token);
    }

    private StatisticsBook Start(out StatisticsFile file)
    {
        var book = new StatisticsBook(_time);
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(_log));
        file = new StatisticsFile(_directory, book, _time, factory.CreateLogger<StatisticsFile>());
        file.Load();
        return book;
    }
}
