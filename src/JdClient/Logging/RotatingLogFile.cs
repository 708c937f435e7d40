using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;

namespace JdClient.Logging;

/// <summary>
/// A log file that keeps its name. At the first line of a new day, and when it is full, what is in it goes to a file named after
/// its day (<c>jdc-20261123.log</c>, the next of that day <c>jdc-20261123.1.log</c>), and of those the newest few are kept.
/// <see cref="Reopen"/> is for programs that move it away themselves (logrotate). Lines that cannot be written are lost here,
/// not on the console, which is told so once. All but <see cref="Reopen"/> belongs to one thread, that of
/// <see cref="BackgroundSink"/>.
/// </summary>
internal sealed class RotatingLogFile : ILogEventSink, IDisposable
{
    /// <summary>Bytes after which the next line begins a new file.</summary>
    internal const long DefaultSizeLimit = 100L * 1024 * 1024;

    /// <summary>Former files kept; older ones are deleted.</summary>
    internal const int DefaultFilesKept = 14;

    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(30);
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly string _path;
    private readonly ITextFormatter _formatter;
    private readonly TimeProvider _time;
    private readonly long _sizeLimit;
    private readonly int _filesKept;
    private readonly TextWriter _complaints;
    private StreamWriter? _writer;
    private DateOnly _day;
    private long _failedAt;
    private bool _failing;
    private int _reopen;

    /// <param name="path">The file; its folder exists.</param>
    /// <param name="formatter">Makes a line of an event.</param>
    /// <param name="time">The clock; days are those of its time zone.</param>
    /// <param name="complaints">Where a failure is told, once until it is over.</param>
    /// <param name="sizeLimit">Bytes after which the next line begins a new file.</param>
    /// <param name="filesKept">Former files kept.</param>
    internal RotatingLogFile(
        string path,
        ITextFormatter formatter,
        TimeProvider time,
        TextWriter complaints,
        long sizeLimit = DefaultSizeLimit,
        int filesKept = DefaultFilesKept)
    {
        _path = Path.GetFullPath(path);
        _formatter = formatter;
        _time = time;
        _complaints = complaints;
        _sizeLimit = sizeLimit;
        _filesKept = filesKept;
    }

    private DateOnly Today => DateOnly.FromDateTime(_time.GetLocalNow().DateTime);

    /// <summary>Opens the file of that name anew before the next line. Thread-safe.</summary>
    internal void Reopen() => Interlocked.Exchange(ref _reopen, 1);

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        if (_failing && _time.GetElapsedTime(_failedAt) < RetryInterval)
            return;
        try
        {
            if (Interlocked.Exchange(ref _reopen, 0) != 0)
                Close();
            StreamWriter writer = Writer();
            _formatter.Format(logEvent, writer);
            writer.Flush();
            _failing = false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Fail(exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Close();

    private StreamWriter Writer()
    {
        if (_writer is null)
            Open();
        if (_day != Today || _writer!.BaseStream.Length >= _sizeLimit)
        {
            Close();
            File.Move(_path, NameFor(_day));
            DeleteOld();
            Open();
        }

        return _writer!;
    }

    private void Open()
    {
        var file = new FileInfo(_path);
        _day = file is { Exists: true, Length: > 0 }
            ? DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(new DateTimeOffset(file.LastWriteTimeUtc), _time.LocalTimeZone).DateTime)
            : Today;
        _writer = new StreamWriter(new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete), Utf8);
    }

    private void Close()
    {
        StreamWriter? writer = _writer;
        _writer = null;
        try
        {
            writer?.Dispose();
        }
        catch (IOException)
        {
            // A full disk at the last flush: the line is lost either way.
        }
    }

    private void Fail(Exception exception)
    {
        Close();
        _failedAt = _time.GetTimestamp();
        if (!_failing)
            _complaints.WriteLine(
                $"The log file {_path} cannot be written: {exception.Message} It is tried again every {RetryInterval.TotalSeconds:0} s.");
        _failing = true;
    }

    private string NameFor(DateOnly day)
    {
        string stem = Path.Combine(
            Path.GetDirectoryName(_path)!,
            $"{Path.GetFileNameWithoutExtension(_path)}-{day.ToString("yyyyMMdd", CultureInfo.InvariantCulture)}");
        string ending = Path.GetExtension(_path);
        string name = stem + ending;
        for (int number = 1; File.Exists(name); number++)
            name = string.Create(CultureInfo.InvariantCulture, $"{stem}.{number}{ending}");
        return name;
    }

    // Only names that this class gives: what else lies beside the log is not ours.
    private void DeleteOld()
    {
        string pattern =
            $@"^{Regex.Escape(Path.GetFileNameWithoutExtension(_path))}-\d{{8}}(\.\d+)?{Regex.Escape(Path.GetExtension(_path))}$";
        FileInfo[] former = [.. new DirectoryInfo(Path.GetDirectoryName(_path)!).EnumerateFiles()
            .Where(file => Regex.IsMatch(file.Name, pattern, RegexOptions.None, TimeSpan.FromSeconds(1)))
            .OrderByDescending(static file => file.LastWriteTimeUtc)
            .ThenByDescending(static file => file.Name.Length)
            .ThenByDescending(static file => file.Name, StringComparer.Ordinal)];
        foreach (FileInfo file in former.Skip(_filesKept))
            file.Delete();
    }
}
