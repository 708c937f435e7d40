using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace JdClient.Monitoring;

/// <summary>
/// Runs tasks one after the other on a thread of its own that leaves the processor to the others of the process: an answer of
/// some milliseconds, made on a thread like any other, would hold up every share that comes meanwhile. The thread begins with
/// the first task. Where the system knows no priority of a thread, it is a thread like any other.
/// </summary>
internal sealed partial class YieldingThread : TaskScheduler, IDisposable
{
    private const int Niceness = 10;

    // Not disposed: whoever still has work or ends it a second time may come late, and it holds nothing of the system.
    private readonly BlockingCollection<Task> _tasks = new(AnswerCache.MaxWaiting);
    private readonly Lock _lock = new();

    // Set once, guarded by _lock.
    private Thread? _thread;

    /// <inheritdoc/>
    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Ends the thread after what is queued.</summary>
    public void Dispose() => _tasks.CompleteAdding();

    /// <inheritdoc/>
    protected override void QueueTask(Task task)
    {
        lock (_lock)
        {
            if (_thread is null)
            {
                _thread = new Thread(Run) { IsBackground = true, Name = "answers" };
                _thread.Start();
            }
        }

        try
        {
            _tasks.Add(task);
        }
        catch (InvalidOperationException)
        {
            // The end has come in between: what was begun is finished elsewhere.
            ThreadPool.UnsafeQueueUserWorkItem(left => TryExecuteTask(left), task, preferLocal: false);
        }
    }

    /// <inheritdoc/>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && Thread.CurrentThread == _thread && TryExecuteTask(task);

    /// <inheritdoc/>
    protected override IEnumerable<Task> GetScheduledTasks() => _tasks.ToArray();

    private void Run()
    {
        // Of this thread alone: Linux keeps it for each thread.
        if (OperatingSystem.IsLinux())
            _ = SetPriority(0, 0, Niceness);
        foreach (Task task in _tasks.GetConsumingEnumerable())
            TryExecuteTask(task);
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, uint who, int niceness);
}
