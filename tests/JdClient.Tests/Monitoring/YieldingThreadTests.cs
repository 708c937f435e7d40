using JdClient.Monitoring;

namespace JdClient.Tests.Monitoring;

public sealed class YieldingThreadTests : IDisposable
{
    private readonly YieldingThread _thread = new();

    [Fact]
    public async Task Work_stays_on_its_thread_also_after_it_has_waited()
    {
        int[] threads = await RunAsync(async () =>
        {
            int before = Environment.CurrentManagedThreadId;
            await Task.Yield();
            return new[] { before, Environment.CurrentManagedThreadId };
        });
        int next = await RunAsync(() => Task.FromResult(Environment.CurrentManagedThreadId));

        Assert.All(threads, thread => Assert.Equal(next, thread));
        Assert.NotEqual(Environment.CurrentManagedThreadId, next);
    }

    [Fact]
    public async Task Its_thread_gives_way_and_no_other_does()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc of Linux");
        int before = Niceness();

        Assert.Equal(10, await RunAsync(() => Task.FromResult(Niceness())));
        Assert.Equal(before, Niceness());
    }

    [Fact]
    public async Task What_fails_is_its_callers_and_the_thread_goes_on()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync<int>(() => throw new InvalidOperationException()));
        Assert.Equal(1, await RunAsync(() => Task.FromResult(1)));
    }

    [Fact]
    public async Task What_was_begun_is_finished_after_its_end()
    {
        var more = new TaskCompletionSource();
        Task<int> work = RunAsync(async () =>
        {
            await more.Task;
            return 1;
        });
        await RunAsync(() => Task.FromResult(0));
        _thread.Dispose();
        more.SetResult();

        Assert.Equal(1, await work);
    }

    public void Dispose() => _thread.Dispose();

    private Task<T> RunAsync<T>(Func<Task<T>> work) =>
        Task.Factory.StartNew(work, TestContext.Current.CancellationToken, TaskCreationOptions.None, _thread).Unwrap();

    // After the name in brackets, which may hold spaces: state, parent and so on; the 17th is it.
    private static int Niceness()
    {
        string stat = File.ReadAllText("/proc/thread-self/stat");
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[16], System.Globalization.CultureInfo.InvariantCulture);
    }
}
