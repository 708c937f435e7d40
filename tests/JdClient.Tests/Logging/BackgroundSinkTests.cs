using JdClient.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace JdClient.Tests.Logging;

public sealed class BackgroundSinkTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_console_that_is_stuck_holds_up_nobody_and_what_was_lost_is_told()
    {
        using var target = new Target();
        using var sink = new BackgroundSink(new LoggerConfiguration().WriteTo.Sink(target).CreateLogger());
        using Logger log = new LoggerConfiguration().WriteTo.Sink(sink).CreateLogger();

        log.Information("first");
        await target.Entered.WaitAsync(TestContext.Current.CancellationToken);
        for (int i = 0; i < BackgroundSink.Capacity + 5; i++)
            log.Information("while stuck");

        target.Free.Release(int.MaxValue / 2);
        sink.Dispose();
        Assert.Equal("first", target.Lines[0]);
        Assert.Contains(target.Lines, line => line.StartsWith("5 log lines were lost", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task Everything_is_written_in_order_before_the_end()
    {
        using var target = new Target();
        target.Free.Release(int.MaxValue / 2);
        var sink = new BackgroundSink(new LoggerConfiguration().WriteTo.Sink(target).CreateLogger());
        for (int i = 0; i < 1000; i++)
            sink.Emit(Event(i.ToString(System.Globalization.CultureInfo.InvariantCulture)));

        await Task.Run(sink.Dispose, TestContext.Current.CancellationToken);
        sink.Emit(Event("after the end"));

        Assert.Equal(Enumerable.Range(0, 1000).Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture)), target.Lines);
    }

    private static LogEvent Event(string text) => new(
        DateTimeOffset.UnixEpoch, LogEventLevel.Information, null, new Serilog.Parsing.MessageTemplateParser().Parse(text), []);

    private sealed class Target : ILogEventSink, IDisposable
    {
        internal SemaphoreSlim Entered { get; } = new(0);

        internal SemaphoreSlim Free { get; } = new(0);

        internal List<string> Lines { get; } = [];

        public void Emit(LogEvent logEvent)
        {
            Entered.Release();
            Free.Wait();
            Lines.Add(logEvent.RenderMessage(System.Globalization.CultureInfo.InvariantCulture));
        }

        public void Dispose()
        {
            Entered.Dispose();
            Free.Dispose();
        }
    }
}
