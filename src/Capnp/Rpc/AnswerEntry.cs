namespace Capnp.Rpc;

/// <summary>A call of the peer's, from its message until both Return has gone and Finish has come. Fields are the loop's.</summary>
internal sealed class AnswerEntry(RpcConnection connection, uint id) : ICallSink, IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();
    private readonly List<QueuedHook> _promises = [];

    internal uint Id { get; } = id;

    internal MethodCall? Call { get; set; }

    internal CallResult? Result { get; set; }

    internal bool Returned { get; set; }

    internal bool Finished { get; set; }

    /// <summary>Exports the results refer to, one entry for each reference.</summary>
    internal List<uint> ResultExports { get; } = [];

    internal CancellationToken CancellationToken => _cancellation.Token;

    /// <summary>Called when the entry has left the table, which it does only after its method has ended.</summary>
    public void Dispose() => _cancellation.Dispose();

    public void Complete(CallResult result) => connection.PostAnswer(this, result, null);

    public void Fail(RpcException problem) => connection.PostAnswer(this, null, problem);

    /// <summary>Tells the method on another thread, so that nothing of its own runs in the loop.</summary>
    internal void Cancel() => _ = _cancellation.CancelAsync();

    /// <summary>A reference to a capability in the answer, usable before it is there.</summary>
    internal Capability Pipeline(IReadOnlyList<ushort> path)
    {
        if (Result is { } result)
            return result.Resolve(path);
        if (Returned)
            return Capability.Broken(new RpcException("the call the capability was to come from has failed"));
        QueuedHook hook = new(path);
        _promises.Add(hook);
        return new Capability(hook);
    }

    /// <summary>Settles what was asked for before the answer was there.</summary>
    internal void SettlePromises(RpcException? problem)
    {
        foreach (QueuedHook promise in _promises)
            promise.Settle(Result?.Resolve(promise.Path) ?? Capability.Broken(problem ?? new RpcException("canceled")));
        _promises.Clear();
    }
}
