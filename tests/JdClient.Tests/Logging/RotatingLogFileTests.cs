using System.Globalization;
using JdClient.Logging;
using Microsoft.Extensions.Time.Testing;
using Serilog.Events;
using Serilog.Formatting.Display;
using Serilog.Parsing;

namespace JdClient.Tests.Logging;

public sealed class RotatingLogFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("jdc-log").FullName;
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly StringWriter _complaints = new();

    private string File => Path.Combine(_folder, "jdc.log");

    private string Day => _time.GetLocalNow().ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_new_day_begins_a_new_file_and_names_the_old_one_after_its_day()
    {
        using RotatingLogFile log = Open();
        string firstDay = Day;
        Write(log, "first");
        Write(log, "second");
        _time.Advance(TimeSpan.FromDays(1));
        Write(log, "third");
        Assert.Equal("first\nsecond\n", Read($"jdc-{firstDay}.log"));
        Assert.Equal("third\n", Read("jdc.log"));
    }

    [Fact]
    public void A_full_file_is_followed_within_the_day_and_nothing_is_lost()
    {
        using RotatingLogFile log = Open(sizeLimit: 10);
        foreach (string line in new[] { "0123456789", "abcdefghij", "last" })
            Write(log, line);
        Assert.Equal("0123456789\n", Read($"jdc-{Day}.log"));
        Assert.Equal("abcdefghij\n", Read($"jdc-{Day}.1.log"));
        Assert.Equal("last\n", Read("jdc.log"));
    }

    [Fact]
    public void Only_its_own_oldest_files_are_deleted()
    {
        System.IO.File.WriteAllText(Path.Combine(_folder, "jdc-notes.log"), "mine");
        using RotatingLogFile log = Open(filesKept: 2);
        List<string> days = [];
        for (int day = 0; day < 5; day++)
        {
            days.Add(Day);
            Write(log, $"day {day}");
            System.IO.File.SetLastWriteTimeUtc(File, _time.GetUtcNow().UtcDateTime);
            _time.Advance(TimeSpan.FromDays(1));
        }

        Write(log, "now");
        Assert.Equal(
            new[] { "jdc.log", "jdc-notes.log", $"jdc-{days[3]}.log", $"jdc-{days[4]}.log" }.Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_an_earlier_run_wrote_on_another_day_is_put_aside_under_that_day()
    {
        System.IO.File.WriteAllText(File, "of yesterday\n");
        DateTimeOffset yesterday = _time.GetUtcNow().AddDays(-1);
        System.IO.File.SetLastWriteTimeUtc(File, yesterday.UtcDateTime);
        using RotatingLogFile log = Open();
        Write(log, "of today");
        Assert.Equal("of today\n", Read("jdc.log"));
        string name = TimeZoneInfo.ConvertTime(yesterday, _time.LocalTimeZone).ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        Assert.Equal("of yesterday\n", Read($"jdc-{name}.log"));
    }

    [Fact]
    public void A_file_that_was_moved_away_is_made_anew_when_asked()
    {
        using RotatingLogFile log = Open();
        Write(log, "before");
        System.IO.File.Move(File, File + ".1");
        Write(log, "still there");
        log.Reopen();
        Write(log, "after");
        Assert.Equal("before\nstill there\n", Read("jdc.log.1"));
        Assert.Equal("after\n", Read("jdc.log"));
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_told_once_and_tried_again()
    {
        Directory.CreateDirectory(File);
        using RotatingLogFile log = Open();
        Write(log, "lost");
        Write(log, "lost");
        Directory.Delete(File);
        Write(log, "too early");
        _time.Advance(TimeSpan.FromSeconds(31));
        Write(log, "again");
        Assert.Equal("again\n", Read("jdc.log"));
        Assert.Single(_complaints.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(File, _complaints.ToString(), StringComparison.Ordinal);
    }

    private RotatingLogFile Open(long sizeLimit = 1_000_000, int filesKept = 14) => new(
        File,
        new MessageTemplateTextFormatter("{Message:lj}\n", CultureInfo.InvariantCulture),
        _time,
        _complaints,
        sizeLimit,
        filesKept);

    private string Read(string name) => System.IO.File.ReadAllText(Path.Combine(_folder, name));

    private void Write(RotatingLogFile log, string text) => log.Emit(new LogEvent(
        _time.GetUtcNow(), LogEventLevel.Information, null, new MessageTemplateParser().Parse(text), []));
}
