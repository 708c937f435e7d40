using System.Globalization;
using JdClient.Configuration;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Sinks.SystemConsole.Themes;

namespace JdClient.Logging;

/// <summary>Serilog to the console and, where configured, to a file, which keeps its name and is followed by numbered
/// ones when it is full. One line an event; exceptions follow theirs.</summary>
internal sealed class SerilogLogging : IDisposable
{
    private const string Template = "{Timestamp:yyyy-MM-dd HH:mm:ss.fff} {Level:u3} {EventId_Id} {Message:lj}{NewLine}{Exception}";
    private const long FileSizeLimit = 100L * 1024 * 1024;
    private const int FilesKept = 14;

    private readonly Logger _logger;

    private SerilogLogging(Logger logger) => _logger = logger;

    internal static SerilogLogging Create(LogConfiguration configuration)
    {
        LoggerConfiguration logger = new LoggerConfiguration().Enrich.With(new EventNumber());
        logger = configuration.Level == LogLevel.None
            ? logger.MinimumLevel.Is(LevelAlias.Off)
            : logger.MinimumLevel.Is(LevelConvert.ToSerilogLevel(configuration.Level));

        // What the host would say of a failed start is said in one line of our own.
        logger = logger.MinimumLevel.Override("Microsoft.Extensions.Hosting", LevelAlias.Off);

        // A pipe or a journal wants no colours; NO_COLOR is everybody's wish.
        bool colours = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null;
        LoggerConfiguration writing = new LoggerConfiguration().MinimumLevel.Verbose();
        writing = writing.WriteTo.Console(
            outputTemplate: Template,
            formatProvider: CultureInfo.InvariantCulture,
            theme: colours ? AnsiConsoleTheme.Code : ConsoleTheme.None);
        if (configuration.File is { } file)
        {
            writing = writing.WriteTo.File(
                file,
                outputTemplate: Template,
                formatProvider: CultureInfo.InvariantCulture,
                rollingInterval: RollingInterval.Infinite,
                rollOnFileSizeLimit: true,
                fileSizeLimitBytes: FileSizeLimit,
                retainedFileCountLimit: FilesKept);
        }

        return new SerilogLogging(logger.WriteTo.Sink(new BackgroundSink(writing.CreateLogger())).CreateLogger());
    }

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

    /// <summary>Makes it the host's log.</summary>
    internal void Configure(ILoggingBuilder logging) => logging.AddSerilog(_logger);

    /// <inheritdoc/>
    public void Dispose() => _logger.Dispose();

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
