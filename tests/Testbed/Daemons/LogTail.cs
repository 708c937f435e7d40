using Microsoft.Extensions.Logging;

namespace Testbed.Daemons;

/// <summary>Keeps the last lines of a log, to be shown when a run failed.</summary>
internal sealed class LogTail(TimeProvider time) : ILoggerProvider
{
    private const int MaxLines = 2000;

    private readonly Lock _lock = new();
    private readonly Queue<string> _lines = new();

    /// <summary>Raised for each line, on whatever thread wrote it.</summary>
    public event Action<string>? Added;

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
                return [.. _lines];
        }
    }

    public ILogger CreateLogger(string categoryName) => new TailLogger(this, categoryName[(categoryName.LastIndexOf('.') + 1)..]);

    public void Dispose()
    {
    }

    public void Add(string line)
    {
        lock (_lock)
        {
            _lines.Enqueue(line);
            if (_lines.Count > MaxLines)
                _lines.Dequeue();
        }

        Added?.Invoke(line);
    }

    private sealed class TailLogger(LogTail owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            string line = $"{owner.Now():HH:mm:ss.fff} {logLevel} {category}: {formatter(state, exception)}";
            owner.Add(exception is null ? line : $"{line} {exception}");
        }
    }

    private DateTimeOffset Now() => time.GetUtcNow();
}
