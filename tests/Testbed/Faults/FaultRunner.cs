using System.Collections.Immutable;
using Testbed.Farms;

namespace Testbed.Faults;

/// <summary>While this fault lasted. Times are timestamps of the clock.</summary>
/// <param name="Planned">Which.</param>
/// <param name="From">When it struck.</param>
/// <param name="To">When it was healed; null before.</param>
public sealed record FaultWindow(PlannedFault Planned, long From, long? To);

/// <summary>Lets the faults of a plan strike a farm at their times and heals them. Read from any thread.</summary>
internal sealed class FaultRunner(FaultPlan plan, Farm farm, FallbackWatch watch, TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<FaultWindow> _windows = [];
    private readonly SemaphoreSlim _turn = new(1);

    // How often a fault strikes at present; the same one twice is healed when both are over. Under the turn.
    private readonly Dictionary<(Fault Fault, int Target), (FaultScene Scene, int Count)> _struck = [];
    private long? _healedAt;

    /// <summary>All strikes so far, oldest first.</summary>
    public ImmutableArray<FaultWindow> Windows
    {
        get
        {
            lock (_lock)
                return [.. _windows];
        }
    }

    /// <summary>When the last fault was healed; null while any is still to come or lasts.</summary>
    public long? HealedAt
    {
        get
        {
            lock (_lock)
                return _healedAt;
        }
    }

    /// <summary>Runs the whole plan.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        await Task.WhenAll(plan.Faults.Where(planned => planned.Fault.Ends is null).Select(async planned =>
        {
            await WaitAsync(start, planned.At, cancellationToken);
            await StrikeAsync(planned, cancellationToken);
            await WaitAsync(start, plan.EndOf(planned), cancellationToken);
            await HealAsync(planned);
        }));
        lock (_lock)
            _healedAt = time.GetTimestamp();
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task WaitAsync(long start, TimeSpan at, CancellationToken cancellationToken)
    {
        TimeSpan left = at - time.GetElapsedTime(start);
        if (left > TimeSpan.Zero)
            await Task.Delay(left, time, cancellationToken);
    }

    private async Task StrikeAsync(PlannedFault planned, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            lock (_lock)
                _windows.Add(new FaultWindow(planned, time.GetTimestamp(), null));
            (Fault, int) key = (planned.Fault, planned.Target);
            if (_struck.TryGetValue(key, out (FaultScene Scene, int Count) struck))
            {
                _struck[key] = (struck.Scene, struck.Count + 1);
                return;
            }

            var scene = new FaultScene(farm, planned.Target, time, cancellationToken);
            _struck[key] = (scene, 1);
            watch.NoteStrike();
            await planned.Fault.Strike(scene);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task HealAsync(PlannedFault planned)
    {
        await _turn.WaitAsync();
        try
        {
            (Fault, int) key = (planned.Fault, planned.Target);
            (FaultScene scene, int count) = _struck[key];
            _struck[key] = (scene, count - 1);
            if (count == 1)
            {
                await scene.DisposeAsync();
                await planned.Fault.Heal(scene);
                _struck.Remove(key);
            }

            lock (_lock)
            {
                int index = _windows.FindIndex(window => ReferenceEquals(window.Planned, planned));
                _windows[index] = _windows[index] with { To = time.GetTimestamp() };
            }
        }
        finally
        {
            _turn.Release();
        }
    }
}
