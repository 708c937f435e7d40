using JdClient.Cli;
using JdClient.Status;
using JdClient.TaskManager;
using JdClient.Tests.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace JdClient.Tests.TaskManager;

public sealed class TaskSupervisorTests : IDisposable
{
    private readonly LogCapture _capture = new();
    private readonly DaemonStatus _status = new();
    private readonly TaskSupervisor _supervisor;

    public TaskSupervisorTests() =>
        _supervisor = new TaskSupervisor(new LoggerFactory([_capture]).CreateLogger<TaskSupervisor>(), _status);

    [Fact]
    public async Task A_fault_of_an_indispensable_task_sets_the_exit_code()
    {
        _supervisor.Start("the heart", FaultAction.Stop, _ => throw new InvalidOperationException("beats no more"));

        Assert.Equal(ExitCode.Faulted, await _status.Ending);
        LogCapture.Line line = Assert.Single(_capture.Lines);
        Assert.Contains("the heart", line.Text, StringComparison.Ordinal);
        Assert.IsType<InvalidOperationException>(line.Exception);
    }

    [Fact]
    public async Task A_fault_of_a_session_is_told_to_its_owner_and_ends_nothing_else()
    {
        var told = new TaskCompletionSource<Exception>();

        _supervisor.Start("session", FaultAction.CloseSession, async _ =>
        {
            await Task.Yield();
            throw new IOException();
        }, told.SetResult);

        Assert.IsType<IOException>(await told.Task);
        Assert.False(_status.Ending.IsCompleted);
    }

    [Fact]
    public async Task A_stop_cancels_and_awaits_every_task()
    {
        var time = new FakeTimeProvider();
        for (int i = 0; i < 10; i++)
            _supervisor.Start("good", FaultAction.Stop, token => Task.Delay(Timeout.InfiniteTimeSpan, time, token));

        await _supervisor.CancelAsync();

        Assert.Empty(await _supervisor.WaitAsync(TimeSpan.FromSeconds(4), time));
        Assert.Equal(0, _supervisor.Running);
        Assert.False(_status.Ending.IsCompleted);
        Assert.Empty(_capture.Lines);
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_ever_and_names_what_did_not_end()
    {
        var time = new FakeTimeProvider();
        var stuck = new TaskCompletionSource();
        _supervisor.Start("stuck", FaultAction.Stop, _ => stuck.Task);

        await _supervisor.CancelAsync();
        Task<IReadOnlyList<string>> waiting = _supervisor.WaitAsync(TimeSpan.FromSeconds(4), time);
        Assert.False(waiting.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(4));

        Assert.Equal(["stuck"], await waiting);
        stuck.SetResult();
    }

    public void Dispose()
    {
        _supervisor.Dispose();
        _capture.Dispose();
    }
}
