using System.Net;
using JdClient.Cli;
using JdClient.Core;

namespace JdClient.Status;

/// <summary>
/// What the daemon as a whole is doing: where it listens, whether it is ready, how it will end. Written by the services,
/// read by anybody; thread-safe.
/// </summary>
public sealed class DaemonStatus
{
    private readonly TaskCompletionSource<IPEndPoint> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<IPEndPoint> _monitoring = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<ExitCode> _ending = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CoreSnapshot? _snapshot;
    private DownstreamSnapshot _downstream = DownstreamSnapshot.Empty;

    /// <summary>Completes with the bound endpoint when miners can connect; faults when that will never be.</summary>
    public Task<IPEndPoint> Listening => _listening.Task;

    /// <summary>Completes with the HTTP interface's endpoint when it can be asked; never where none is configured.</summary>
    public Task<IPEndPoint> Monitoring => _monitoring.Task;

    /// <summary>Completes when a part of the daemon decided that it has to end, with the exit code.</summary>
    public Task<ExitCode> Ending => _ending.Task;

    /// <summary>Why the daemon ends; null while it runs and after an ordinary stop.</summary>
    public string? FailureReason { get; private set; }

    /// <summary>The channel manager's state, not older than <see cref="SnapshotInterval"/>; null before the first.</summary>
    public CoreSnapshot? Snapshot
    {
        get => Volatile.Read(ref _snapshot);
        internal set => Volatile.Write(ref _snapshot, value);
    }

    /// <summary>
    /// Every downstream connection and channel; empty before the first and where there is no HTTP interface. Renewed each
    /// second, with more than a thousand channels as many times less often as there are thousands, but not less often than
    /// <c>monitoring_cache_refresh_secs</c> says.
    /// </summary>
    public DownstreamSnapshot Downstream
    {
        get => Volatile.Read(ref _downstream);
        internal set => Volatile.Write(ref _downstream, value);
    }

    /// <summary>How often <see cref="Snapshot"/> is renewed.</summary>
    public static TimeSpan SnapshotInterval { get; } = TimeSpan.FromSeconds(1);

    internal void SetListening(IPEndPoint endPoint) => _listening.TrySetResult(endPoint);

    internal void SetMonitoring(IPEndPoint endPoint) => _monitoring.TrySetResult(endPoint);

    /// <summary>Asks for the daemon's end. The first reason counts.</summary>
    internal void Fail(ExitCode exitCode, string reason)
    {
        FailureReason ??= reason;
        _listening.TrySetException(new InvalidOperationException(reason));
        _ = _listening.Task.Exception;
        _ending.TrySetResult(exitCode);
    }
}
