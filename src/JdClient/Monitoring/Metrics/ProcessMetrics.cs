using JdClient.Downstream;
using Prometheus;

namespace JdClient.Monitoring.Metrics;

/// <summary>
/// What the process takes of its machine, by the names that Prometheus' clients use. Called by one collection at a time.
/// </summary>
/// <remarks>The library's own reads all open files anew at each collection: with 1,000 miners nine tenths of an answer's cost.</remarks>
internal sealed class ProcessMetrics
{
    private const string OpenFiles = "/proc/self/fd";

    /// <summary>How long a count of the open files serves.</summary>
    internal static readonly TimeSpan OpenFilesAge = TimeSpan.FromSeconds(10);

    private readonly Counter _cpu;
    private readonly Gauge _startedAt;
    private readonly Gauge _resident;
    private readonly Gauge _openFiles;
    private readonly Gauge _maxFiles;
    private readonly Gauge _heap;
    private readonly Counter _collections;
    private readonly Counter _pauses;
    private DateTimeOffset? _countedAt;

    internal ProcessMetrics(MetricFactory metrics)
    {
        _cpu = metrics.CreateCounter("process_cpu_seconds_total", "CPU time of the process, user and system, s.");
        _startedAt = metrics.CreateGauge("process_start_time_seconds", "When the daemon was started, Unix time.");
        _resident = metrics.CreateGauge("process_resident_memory_bytes", "Resident memory, bytes.");
        _openFiles = metrics.CreateGauge("process_open_fds", "Open files and connections, counted at most every ten seconds.");
        _maxFiles = metrics.CreateGauge("process_max_fds", "Files and connections that the system lets the process open.");
        _heap = metrics.CreateGauge("dotnet_total_memory_bytes", "Memory that the garbage collector manages, bytes.");
        _collections = metrics.CreateCounter("dotnet_collection_count_total", "Garbage collections.", "generation");
        _pauses = metrics.CreateCounter("dotnet_gc_pause_seconds_total", "Time that garbage collections held up all threads, s.");
    }

    internal void Update(DateTimeOffset startedAt, DateTimeOffset now)
    {
        _cpu.IncTo(Environment.CpuUsage.TotalTime.TotalSeconds);
        _startedAt.Set(startedAt.ToUnixTimeMilliseconds() / 1000.0);
        _resident.Set(Environment.WorkingSet);
        _heap.Set(GC.GetTotalMemory(forceFullCollection: false));
        _pauses.IncTo(GC.GetTotalPauseDuration().TotalSeconds);
        for (int generation = 0; generation <= GC.MaxGeneration; generation++)
            _collections.WithLabels($"{generation}").IncTo(GC.CollectionCount(generation));
        if (now - _countedAt < OpenFilesAge)
            return;
        _countedAt = now;
        UpdateFiles();
    }

    private void UpdateFiles()
    {
        if (FileLimit.Read() is { } limit)
            _maxFiles.Set(limit);
        if (Directory.Exists(OpenFiles))
            _openFiles.Set(Directory.EnumerateFileSystemEntries(OpenFiles).Count());
    }
}
