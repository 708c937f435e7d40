using System.Runtime.CompilerServices;

namespace Capnp.Rpc;

/// <summary>
/// A call on its way. Awaiting it gives the answer, for the caller to dispose, or throws: <see cref="RpcException"/> for what
/// the peer says or a lost connection, <see cref="OperationCanceledException"/> when given up, and
/// <see cref="CapnpFormatException"/> for malformed results.
/// </summary>
/// <typeparam name="T">The reader of the results.</typeparam>
public sealed class RpcCall<T> : ICallSink
    where T : struct, ICapnpReader<T>
{
    private readonly TaskCompletionSource<RpcAnswer<T>> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationToken _cancellationToken;
    private CancellationTokenRegistration _registration;
    private MethodCall? _method;
    private CapabilityHook? _target;

    internal RpcCall(CancellationToken cancellationToken)
    {
        _cancellationToken = cancellationToken;
    }

    /// <summary>The answer.</summary>
    public Task<RpcAnswer<T>> Answer => _answer.Task;

    /// <summary>Awaits the answer.</summary>
    public TaskAwaiter<RpcAnswer<T>> GetAwaiter() => _answer.Task.GetAwaiter();

    /// <summary>
    /// A new reference to a capability of the results, usable before they have come. To be asked for before the answer is
    /// disposed.
    /// </summary>
    /// <param name="pointer">The number of the pointer in the results.</param>
    public Capability Pipeline(int pointer)
    {
        ushort[] path = [checked((ushort)pointer)];
        MethodCall method = _method!;
        CapabilityHook hook;
        if (_target is RemoteHook { Connection: { } connection })
            hook = new PipelinedHook(connection, method, path);
        else
            hook = new QueuedHook(path);
        if (method.TryRegister((IPromise)hook))
            return new Capability(hook);
        if (_answer.Task.IsCompletedSuccessfully)
            return _answer.Task.Result.Raw.Resolve(path);
        string reason = _answer.Task.Exception?.InnerException?.Message ?? "the call was given up";
        return Capability.Broken(new RpcException(reason));
    }

    void ICallSink.Complete(CallResult result)
    {
        _registration.Unregister();
        try
        {
            if (!_answer.TrySetResult(new RpcAnswer<T>(result, T.Create(result.Content.ReadStruct()))))
                result.Dispose();
        }
        catch (CapnpFormatException problem)
        {
            result.Dispose();
            _ = _answer.TrySetException(problem);
        }
    }

    void ICallSink.Fail(RpcException problem)
    {
        _registration.Unregister();
        if (_cancellationToken.IsCancellationRequested)
            _ = _answer.TrySetCanceled(_cancellationToken);
        else
            _ = _answer.TrySetException(problem);
        // A call whose answer nobody awaits may fail unseen.
        _ = _answer.Task.Exception;
    }

    internal void Start(MethodCall method, CapabilityHook target)
    {
        _method = method;
        _target = target;
        target.Call(method);
        if (!_cancellationToken.CanBeCanceled)
            return;
        _registration = _cancellationToken.UnsafeRegister(
            static state =>
            {
                RpcCall<T> self = (RpcCall<T>)state!;
                _ = self._answer.TrySetCanceled(self._cancellationToken);
                if (self._target is RemoteHook remote)
                    remote.Connection.PostCancel(self._method!);
            },
            this);
        if (method.IsCompleted)
            _registration.Unregister();
    }
}
