namespace Capnp.Rpc;

/// <summary>A capability in the answer of a call that runs in this process: keeps calls until the answer is there.</summary>
internal sealed class QueuedHook(IReadOnlyList<ushort> path) : CapabilityHook, IPromise
{
    private readonly Lock _gate = new();
    private readonly Queue<MethodCall> _waiting = new();
    private Capability? _resolution;
    private bool _draining;
    private bool _unreferenced;

    public IReadOnlyList<ushort> Path { get; } = path;

    internal override CapabilityHook? Next
    {
        get
        {
            lock (_gate)
                return _resolution?.Hook;
        }
    }

    public void Settle(Capability resolution)
    {
        resolution = WithoutCycle(resolution);
        lock (_gate)
        {
            _resolution = resolution;
            _draining = true;
        }

        // Calls that come meanwhile queue up behind those that wait, so that their order is kept.
        while (true)
        {
            MethodCall? next;
            lock (_gate)
            {
                if (!_waiting.TryDequeue(out next))
                {
                    _draining = false;
                    if (_unreferenced)
                        resolution.Dispose();
                    return;
                }
            }

            resolution.Hook.Call(next);
        }
    }

    internal override void Call(MethodCall call)
    {
        Capability? resolution;
        lock (_gate)
        {
            resolution = _draining ? null : _resolution;
            if (resolution is null)
            {
                _waiting.Enqueue(call);
                return;
            }
        }

        resolution.Hook.Call(call);
    }

    protected override void OnUnreferenced()
    {
        lock (_gate)
        {
            _unreferenced = true;
            if (!_draining)
                _resolution?.Dispose();
        }
    }
}
