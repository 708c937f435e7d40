namespace Simulation.Engine;

/// <summary>What is to happen, in order of time and then of scheduling.</summary>
internal sealed class Timeline
{
    private readonly PriorityQueue<Action, (long Ticks, long Sequence)> _queue = new();
    private long _sequence;

    public DateTimeOffset Now { get; set; } = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    public DateTimeOffset? Next => _queue.TryPeek(out _, out (long Ticks, long) key) ? new DateTimeOffset(key.Ticks, TimeSpan.Zero) : null;

    public void At(DateTimeOffset at, Action action) => _queue.Enqueue(action, (at.UtcTicks, _sequence++));

    public void After(TimeSpan delay, Action action) => At(Now + delay, action);

    public Action Take()
    {
        _queue.TryDequeue(out Action? action, out (long Ticks, long) key);
        Now = new DateTimeOffset(Math.Max(key.Ticks, Now.UtcTicks), TimeSpan.Zero);
        return action!;
    }
}
