using JdClient.Core;

namespace JdClient.Status;

/// <summary>
/// Hands the channel manager's reports to observers inside the process (metrics, tests, the testbed). Observers run on
/// the actor's task: they must be quick and must not throw; one that throws is dropped.
/// </summary>
public sealed class CoreReportFeed
{
    private Action<CoreReport>[] _observers = [];

    /// <summary>Adds an observer; it sees the reports from now on.</summary>
    public void Subscribe(Action<CoreReport> observer)
    {
        Action<CoreReport>[] before;
        do
            before = Volatile.Read(ref _observers);
        while (Interlocked.CompareExchange(ref _observers, [.. before, observer], before) != before);
    }

    internal void Publish(CoreReport report)
    {
        foreach (Action<CoreReport> observer in Volatile.Read(ref _observers))
        {
            try
            {
                observer(report);
            }
            catch (Exception)
            {
                // An observer is a guest on the actor's task: it may not disturb mining.
                Unsubscribe(observer);
            }
        }
    }

    private void Unsubscribe(Action<CoreReport> observer)
    {
        Action<CoreReport>[] before;
        do
            before = Volatile.Read(ref _observers);
        while (Interlocked.CompareExchange(ref _observers, [.. before.Where(other => other != observer)], before) != before);
    }
}
