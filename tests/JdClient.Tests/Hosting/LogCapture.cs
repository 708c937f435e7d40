using Microsoft.Extensions.Logging;

namespace JdClient.Tests.Hosting;

/// <summary>Keeps what is logged and lets a test wait for a line. Thread-safe.</summary>
internal sealed class LogCapture : ILoggerProvider
{
    private readonly Lock _lock = new();
    private readonly List<Line> _lines = [];
    private readonly List<(Func<Line, bool> Wanted, TaskCompletionSource<Line> Found)> _waiting = [];

    internal sealed record Line(int EventId, LogLevel Level, string Text, Exception? Exception);

    internal IReadOnlyList<Line> Lines
    {
        get
        {
            lock (_lock)
                return [.. _lines];
        }
    }

    public ILogger CreateLogger(string categoryName) => new Sink(this);

    public void Dispose()
    {
    }

    internal Task<Line> WaitForAsync(int eventId, string part = "") =>
        WaitForAsync(line => line.EventId == eventId && line.Text.Contains(part, StringComparison.Ordinal));

    internal Task<Line> WaitForAsync(Func<Line, bool> wanted)
    {
        lock (_lock)
        {
            if (_lines.FirstOrDefault(wanted) is { } line)
                return Task.FromResult(line);
            var found = new TaskCompletionSource<Line>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((wanted, found));
            return found.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        }
    }

    private void Add(Line line)
    {
        lock (_lock)
        {
            _lines.Add(line);
            foreach ((Func<Line, bool> wanted, TaskCompletionSource<Line> found) in _waiting)
            {
                if (wanted(line))
                    found.TrySetResult(line);
            }
        }
    }

    private sealed class Sink(LogCapture owner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            owner.Add(new Line(eventId.Id, logLevel, formatter(state, exception), exception));
    }
}
