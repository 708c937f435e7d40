using Capnp.Rpc;

namespace BitcoinCore.Ipc;

/// <summary>
/// A thread of the node for calls of one purpose. It executes one call at a time (v30 refuses a second one, later ones queue
/// it), so callers take turns. A call that was given up may still occupy it; it is then left behind and a new one made.
/// </summary>
internal sealed class ServerThread(Func<CancellationToken, Task<Capability>> make) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private Capability? _thread;

    internal async Task<T> RunAsync<T>(Func<Capability, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            _thread ??= await make(cancellationToken);
            return await call(_thread, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            _thread?.Dispose();
            _thread = null;
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => Interlocked.Exchange(ref _thread, null)?.Dispose();
}
