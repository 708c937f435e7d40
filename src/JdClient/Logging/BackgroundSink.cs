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

    // Not a BlockingCollection: its reader spins after each line, which took a twentieth of a new tip's CPU time.
    private readonly object _gate = new();

    // Guarded by _gate.
    private readonly Queue<LogEvent> _queue = new();
    private bool _completed;

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
        lock (_gate)
        {
            // Completed: a task that outlived the stop.
            if (!_completed && _queue.Count < Capacity)
            {
                _queue.Enqueue(logEvent);
                Monitor.Pulse(_gate);
                return;
            }
        }

        Interlocked.Increment(ref _lost);
    }

    /// <summary>Writes what waits, unless that takes too long. The logger it is given to does this when it is disposed.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        lock (_gate)
        {
            _completed = true;
            Monitor.Pulse(_gate);
        }

        if (_thread.Join(FlushTimeout))
            _target.Dispose();
    }

    private void Write()
    {
        while (Take() is { } logEvent)
        {
            _target.Write(logEvent);
            long lost = Interlocked.Exchange(ref _lost, 0);
            if (lost > 0)
                _target.Write(Lost(logEvent.Timestamp, lost));
        }
    }

    // Blocks until there is a line; null after the last one.
    private LogEvent? Take()
    {
        lock (_gate)
        {
            while (_queue.Count == 0 && !_completed)
                Monitor.Wait(_gate);
            return _queue.TryDequeue(out LogEvent? logEvent) ? logEvent : null;
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
