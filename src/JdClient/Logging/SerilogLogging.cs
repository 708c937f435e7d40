using System.Globalization;
using JdClient.Configuration;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting.Display;
using Serilog.Sinks.SystemConsole.Themes;

namespace JdClient.Logging;

/// <summary>Serilog to the console and, where configured, to a file. One line an event; exceptions follow theirs.</summary>
internal sealed class SerilogLogging : ILogControl, IDisposable
{
    private const string Template = "{Timestamp:yyyy-MM-dd HH:mm:ss.fff} {Level:u3} {EventId_Id} {Message:lj}{NewLine}{Exception}";

    private readonly Logger _logger;
    private readonly LoggingLevelSwitch _level;
    private readonly RotatingLogFile? _file;

    private SerilogLogging(Logger logger, LoggingLevelSwitch level, RotatingLogFile? file)
    {
        _logger = logger;
        _level = level;
        _file = file;
    }

    internal static SerilogLogging Create(LogConfiguration configuration, TimeProvider time)
    {
        var level = new LoggingLevelSwitch(ToSerilog(configuration.Level));

        // What the host would say of a failed start is said in one line of our own.
        LoggerConfiguration logger = new LoggerConfiguration()
            .Enrich.With(new EventNumber())
            .MinimumLevel.ControlledBy(level)
            .MinimumLevel.Override("Microsoft.Extensions.Hosting", LevelAlias.Off);

        // A pipe or a journal wants no colours; NO_COLOR is everybody's wish.
        bool colours = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null;
        LoggerConfiguration writing = new LoggerConfiguration().MinimumLevel.Verbose();
        writing = writing.WriteTo.Console(
            outputTemplate: Template,
            formatProvider: CultureInfo.InvariantCulture,
            theme: colours ? AnsiConsoleTheme.Code : ConsoleTheme.None);
        RotatingLogFile? file = null;
        if (configuration.File is { } path)
        {
            var formatter = new MessageTemplateTextFormatter(Template, CultureInfo.InvariantCulture);
            file = new RotatingLogFile(path, formatter, time, Console.Error);
            writing = writing.WriteTo.Sink(file);
        }

        return new SerilogLogging(logger.WriteTo.Sink(new BackgroundSink(writing.CreateLogger())).CreateLogger(), level, file);
    }

    /// <inheritdoc/>
    public void SetLevel(LogLevel level) => _level.MinimumLevel = ToSerilog(level);

    /// <inheritdoc/>
    public void ReopenFile() => _file?.Reopen();

    /// <summary>Why the log file cannot be written; null when it can. Serilog itself would go on without a word.</summary>
    internal static string? FileProblem(string file)
    {
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } directory)
                Directory.CreateDirectory(directory);
            using FileStream stream = new(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return $"the log file {file} cannot be written: {exception.Message}";
        }
    }

    /// <summary>Makes it the host's log. The level is decided here alone, so that it can be changed.</summary>
    internal void Configure(ILoggingBuilder logging) => logging.SetMinimumLevel(LogLevel.Trace).AddSerilog(_logger);

    /// <inheritdoc/>
    public void Dispose() => _logger.Dispose();

    private static LogEventLevel ToSerilog(LogLevel level) =>
        level == LogLevel.None ? LevelAlias.Off : LevelConvert.ToSerilogLevel(level);

    /// <summary>The event's number as a property of its own.</summary>
    private sealed class EventNumber : ILogEventEnricher
    {
        public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
        {
            object? id = null;
            if (logEvent.Properties.TryGetValue("EventId", out LogEventPropertyValue? value) && value is StructureValue structure)
                id = (structure.Properties.FirstOrDefault(property => property.Name == "Id")?.Value as ScalarValue)?.Value;
            logEvent.AddPropertyIfAbsent(propertyFactory.CreateProperty("EventId_Id", id ?? 0));
        }
    }
}
