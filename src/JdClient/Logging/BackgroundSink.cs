using System.Collections.Concurrent;
using Serilog.Core;
using Serilog.Events;
using Serilog.Parsing;

namespace JdClient.Logging;

/// <summary>
/// Writes log lines on a thread of its own. A console or disk that takes nothing (a stopped terminal, a full pipe, a lost
/// network drive) would otherwise hold up whoever writes a line, and that is the channel manager. At most
/// <see cref="Capacity"/> lines wait; further ones are lost, counted and told. Thread-safe.
/// </summary>
internal sealed class BackgroundSink : ILogEventSink, IDisposable
{
    internal const int Capacity = 8192;

    /// <summary>How long a stop waits for lines that have not been written.</summary>
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(1);

    private static readonly MessageTemplate LostTemplate = new MessageTemplateParser().Parse(
        "{Count} log lines were lost, because console or log file were too slow");

    private readonly BlockingCollection<LogEvent> _queue = new(Capacity);
    private readonly Logger _target;
    private readonly Thread _thread;
    private long _lost;
    private int _disposed;

    /// <param name="target">Does the writing; disposed with this.</param>
    internal BackgroundSink(Logger target)
    {
        _target = target;

        // A background thread: one that is stuck for ever must not keep the process.
        _thread = new Thread(Write) { IsBackground = true, Name = "log" };
        _thread.Start();
    }

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        try
        {
            if (_queue.TryAdd(logEvent))
                return;
        }
        catch (InvalidOperationException)
        {
            // After the end: a task that outlived the stop.
        }

        Interlocked.Increment(ref _lost);
    }

    /// <summary>Writes what waits, unless that takes too long. The logger it is given to does this when it is disposed.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        _queue.CompleteAdding();
        if (!_thread.Join(FlushTimeout))
            return;
        _target.Dispose();
        _queue.Dispose();
    }

    private void Write()
    {
        foreach (LogEvent logEvent in _queue.GetConsumingEnumerable())
        {
            _target.Write(logEvent);
            long lost = Interlocked.Exchange(ref _lost, 0);
            if (lost > 0)
                _target.Write(Lost(logEvent.Timestamp, lost));
        }
    }

    private static LogEvent Lost(DateTimeOffset at, long count) => new(
        at,
        LogEventLevel.Warning,
        null,
        LostTemplate,
        [
            new LogEventProperty("Count", new ScalarValue(count)),
            new LogEventProperty("EventId_Id", new ScalarValue(1031)),
        ]);
}
