using System.Text.Json;
using JdClient.Files;
using JdClient.Logging;
using Microsoft.Extensions.Logging;

namespace JdClient.Statistics;

/// <summary>
/// Keeps <see cref="StatisticsBook"/> in <c>statistics.json</c> of the data directory: read at the start, written once a minute and
/// at the end. What the disk refuses is logged once and tried again; nothing else depends on it.
/// </summary>
/// <param name="dataDirectory">Null keeps nothing.</param>
/// <param name="book">The sums.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where what fails is told.</param>
internal sealed class StatisticsFile(string? dataDirectory, StatisticsBook book, TimeProvider time, ILogger<StatisticsFile> log)
{
    internal const string Name = "statistics.json";

    /// <summary>What a file that cannot be read is renamed to, so that a person may look at it.</summary>
    internal const string UnreadableName = "statistics.unreadable.json";

    /// <summary>A thousand workers with the longest names are half of it.</summary>
    private const int MaxLength = 4 * 1024 * 1024;

    /// <summary>How much a crash may lose.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    // Null: nothing is kept.
    private string? _path = dataDirectory is null ? null : Path.Combine(dataDirectory, Name);
    private bool _isTold;

    /// <summary>Goes on from what an earlier run left; before the first report.</summary>
    internal void Load()
    {
        if (_path is null || !File.Exists(_path))
            return;
        string error;
        try
        {
            if (Read(_path, out error) is { } earlier)
            {
                book.Continue(earlier);
                return;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            error = exception.Message;
        }

        log.StatisticsUnreadable(_path, error, PutAside(_path));
    }

    /// <summary>Writes now and then until the token is cancelled, and once more then.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
                Save();
        }
        catch (OperationCanceledException)
        {
            // The end of the run.
        }

        Save();
    }

    // Never written over: where it cannot be put aside nothing is kept in this run.
    private string PutAside(string path)
    {
        string aside = Path.Combine(dataDirectory!, UnreadableName);
        try
        {
            File.Move(path, aside, overwrite: true);
            return aside;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _path = null;
            return path;
        }
    }

    private static LifetimeTotals? Read(string path, out string error)
    {
        error = $"it is longer than {MaxLength} bytes";
        if (new FileInfo(path).Length > MaxLength)
            return null;
        try
        {
            LifetimeTotals? totals = JsonSerializer.Deserialize(File.ReadAllBytes(path), StatisticsJson.Default.LifetimeTotals);
            if (totals is { Form: not LifetimeTotals.CurrentForm })
            {
                error = $"its form is {totals.Form}, this build reads {LifetimeTotals.CurrentForm}";
                return null;
            }

            error = "a list or one of its elements is missing";
            return totals is { Workers.IsDefault: false } && totals.Workers.All(static worker => worker is not null) ? totals : null;
        }
        catch (JsonException exception)
        {
            error = exception.Message;
            return null;
        }
    }

    private void Save()
    {
        if (_path is null)
            return;
        try
        {
            DurableFile.CreateDirectory(dataDirectory!);
            byte[] json = JsonSerializer.SerializeToUtf8Bytes(book.Read(), StatisticsJson.Default.LifetimeTotals);
            DurableFile.Write(_path, stream => stream.Write(json));
            _isTold = false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (!_isTold)
                log.StatisticsNotSaved(_path, exception.Message);
            _isTold = true;
        }
    }
}
