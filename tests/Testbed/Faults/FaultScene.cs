using System.Net.Sockets;
using Testbed.Farms;
using Testbed.Pools;

namespace Testbed.Faults;

/// <summary>One strike of a fault: what it acts on, and what it leaves running until it is healed.</summary>
public sealed class FaultScene(Farm farm, int target, TimeProvider time, CancellationToken cancellationToken) : IAsyncDisposable
{
    private const int PortAttempts = 50;
    private static readonly TimeSpan PortPause = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _healed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    private Task _running = Task.CompletedTask;

    public Farm Farm => farm;

    public TimeProvider Time => time;

    /// <summary>Which of several pools or template providers, from 0.</summary>
    public int Target => target;

    /// <summary>The pool it acts on.</summary>
    public PoolSite Site => farm.Sites[target];

    /// <summary>Ends the run.</summary>
    public CancellationToken Cancel => cancellationToken;

    /// <summary>Goes on until the fault is healed.</summary>
    public void UntilHealed(Func<CancellationToken, Task> run) => _running = RunAsync(run);

    /// <summary>Starts a role again on its port, which for a moment may be in use by somebody's outgoing connection.</summary>
    public async Task RestartAsync(Func<CancellationToken, Task> start)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await start(cancellationToken);
                return;
            }
            catch (SocketException) when (attempt < PortAttempts)
            {
                await Task.Delay(PortPause, time, cancellationToken);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _healed.CancelAsync();
        await _running;
        _healed.Dispose();
    }

    private async Task RunAsync(Func<CancellationToken, Task> run)
    {
        try
        {
            await run(_healed.Token);
        }
        catch (OperationCanceledException) when (_healed.IsCancellationRequested)
        {
            // Healed.
        }
    }
}
