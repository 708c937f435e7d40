using System.Text.RegularExpressions;
using Testbed.Farms;
using Testbed.Load;

namespace Testbed.Soak;

/// <summary>Watches a farm for long: memory every ten seconds, the daemon's log, exceptions that nobody looks at.</summary>
internal sealed partial class SoakMonitor : IDisposable
{
    private const int MaxSamples = 10_000;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Farm _farm;
    private readonly TimeProvider _time;
    private readonly List<SoakSample> _samples = [];
    private int _unobserved;
    private int _endings;
    private int _endingsWithoutReason;
    private int _errorLines;

    /// <summary>Begins to watch a farm that runs.</summary>
    public SoakMonitor(Farm farm, TimeProvider time)
    {
        (_farm, _time) = (farm, time);
        farm.Daemon.Logged += OnLine;
        TaskScheduler.UnobservedTaskException += OnUnobserved;
    }

    /// <summary>Takes samples until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var process = new ProcessFigures(_farm.Daemon.ProcessId);
        using var timer = new PeriodicTimer(Interval, _time);
        try
        {
            while (_samples.Count < MaxSamples && await timer.WaitForNextTickAsync(cancellationToken))
            {
                var sample = new SoakSample((int)_farm.Elapsed.TotalSeconds, process.RssKb(), GC.GetTotalMemory(false) / 1024);
                lock (_lock)
                    _samples.Add(sample);
            }
        }
        catch (OperationCanceledException)
        {
            // The run has ended.
        }
    }

    /// <summary>What was seen so far. Collects garbage, so that what nobody looked at is told.</summary>
    public SoakReport Report()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        lock (_lock)
        {
            (long early, long late) = SoakReport.Medians(_samples);
            return new SoakReport
            {
                Faults = _farm.FaultWindows.Length,
                Changes = _farm.Fallbacks.Length,
                RssEarlyKb = early,
                RssLateKb = late,
                RssMaxKb = _samples.Select(sample => sample.RssKb).DefaultIfEmpty(0).Max(),
                UnobservedExceptions = _unobserved,
                Endings = _endings,
                EndingsWithoutReason = _endingsWithoutReason,
                ErrorLines = _errorLines,
                Samples = [.. _samples],
            };
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _farm.Daemon.Logged -= OnLine;
        TaskScheduler.UnobservedTaskException -= OnUnobserved;
    }

    [GeneratedRegex(@"disconnected with \d+ channels, ?(.*)$")]
    private static partial Regex Disconnected { get; }

    [GeneratedRegex(@" (ERR|FTL|Error|Critical) ")]
    private static partial Regex ErrorLevel { get; }

    private void OnUnobserved(object? sender, UnobservedTaskExceptionEventArgs exception)
    {
        lock (_lock)
            _unobserved++;
    }

    private void OnLine(string line)
    {
        lock (_lock)
        {
            if (line.Contains("nobody looked at", StringComparison.Ordinal))
                _unobserved++;
            else if (ErrorLevel.IsMatch(line))
                _errorLines++;
            if (Disconnected.Match(line) is not { Success: true } ending)
                return;
            _endings++;
            if (string.IsNullOrWhiteSpace(ending.Groups[1].Value))
                _endingsWithoutReason++;
        }
    }
}
