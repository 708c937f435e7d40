using System.Collections.Concurrent;
using JdClient.Cli;
using JdClient.Logging;
using JdClient.Status;
using Microsoft.Extensions.Logging;

namespace JdClient.TaskManager;

/// <summary>
/// Names, awaits and supervises every task of the daemon. A task that faults is logged with its name and its
/// <see cref="FaultAction"/> is taken; none is ever forgotten. Thread-safe.
/// </summary>
/// <param name="log">Where faults are told.</param>
/// <param name="status">Where a fault that ends the daemon is told.</param>
internal sealed class TaskSupervisor(ILogger<TaskSupervisor> log, DaemonStatus status) : IDisposable
{
    private readonly ConcurrentDictionary<long, Supervised> _tasks = new();
    private readonly CancellationTokenSource _stopping = new();
    private long _lastId;

    /// <summary>Cancelled when the daemon stops; every task's token.</summary>
    internal CancellationToken Stopping => _stopping.Token;

    /// <summary>Tasks that have not ended.</summary>
    internal int Running => _tasks.Count;

    /// <summary>Starts a task. It begins on the thread pool, not on the caller.</summary>
    /// <param name="name">For people: what it does and for whom.</param>
    /// <param name="action">What follows when it faults.</param>
    /// <param name="run">The work; its token is <see cref="Stopping"/>.</param>
    /// <param name="onFault">Carries the action out, for actions that concern a session or link.</param>
    internal void Start(string name, FaultAction action, Func<CancellationToken, Task> run, Action<Exception>? onFault = null)
    {
        long id = Interlocked.Increment(ref _lastId);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task task = SuperviseAsync(started.Task, id, name, action, run, onFault);
        _tasks[id] = new Supervised(name, task);
        started.SetResult();
    }

    /// <summary>Cancels all tasks.</summary>
    internal Task CancelAsync() => _stopping.CancelAsync();

    /// <summary>Awaits all tasks. Returns the names of those that had not ended in time.</summary>
    internal async Task<IReadOnlyList<string>> WaitAsync(TimeSpan timeout, TimeProvider time)
    {
        Task all = Task.WhenAll(_tasks.Values.Select(supervised => supervised.Task));
        try
        {
            await all.WaitAsync(timeout, time);
            return [];
        }
        catch (TimeoutException)
        {
            return [.. _tasks.Values.Where(supervised => !supervised.Task.IsCompleted).Select(supervised => supervised.Name)];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // An owner that did not stop before: no task outlives this.
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private async Task SuperviseAsync(
        Task started,
        long id,
        string name,
        FaultAction action,
        Func<CancellationToken, Task> run,
        Action<Exception>? onFault)
    {
        await started;
        try
        {
            await run(_stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The ordinary end at a stop.
        }
        catch (Exception exception)
        {
            // The last resort of every task: nothing above it could take the exception, and none may end the process.
            log.TaskFaulted(exception, name, action);
            TakeAction(name, action, exception, onFault);
        }
        finally
        {
            _tasks.TryRemove(id, out _);
        }
    }

    private void TakeAction(string name, FaultAction action, Exception exception, Action<Exception>? onFault)
    {
        try
        {
            onFault?.Invoke(exception);
        }
        catch (Exception second)
        {
            log.TaskFaulted(second, $"{name} (after its fault)", action);
        }

        if (action == FaultAction.Stop)
            status.Fail(ExitCode.Faulted, $"{name} failed: {exception.Message}");
    }

    private readonly record struct Supervised(string Name, Task Task);
}
