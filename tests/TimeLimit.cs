using System.Collections.Concurrent;
using System.Reflection;
using Xunit.v3;

[assembly: TestSupport.TimeLimit]

namespace TestSupport;

/// <summary>
/// Makes a test that hangs a failure that names it; compiled into every test assembly. The test is cancelled first, which ends what
/// waits with its token; what does not is a hang that only the end of the process ends. Far more than any test needs on a busy machine.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed class TimeLimitAttribute : BeforeAfterTestAttribute
{
    private static readonly TimeSpan CancelledAfter = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan EndedAfter = TimeSpan.FromMinutes(7);

    private readonly ConcurrentDictionary<string, (ITimer Cancel, ITimer End)> _running = new();

    /// <inheritdoc/>
    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        Xunit.ITestContext context = Xunit.TestContext.Current;
        string message = $"{test.TestDisplayName} does not end: it has run for {EndedAfter.TotalMinutes:0} minutes";
        _running[test.UniqueID] =
            (After(CancelledAfter, context.CancelCurrentTest), After(EndedAfter, () => Environment.FailFast(message)));
    }

    /// <inheritdoc/>
    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (!_running.TryRemove(test.UniqueID, out (ITimer Cancel, ITimer End) timers))
            return;
        timers.Cancel.Dispose();
        timers.End.Dispose();
    }

    private static ITimer After(TimeSpan time, Action action) =>
        TimeProvider.System.CreateTimer(_ => action(), null, time, Timeout.InfiniteTimeSpan);
}
