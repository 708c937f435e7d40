using Capnp.Rpc;
using Capnp.Tests.Schema;

namespace Capnp.Tests;

/// <summary>Adds, and remembers in which order.</summary>
internal sealed class CountingServer : Counter.Server
{
    private readonly List<uint> _amounts = [];
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ulong _total;

    internal IReadOnlyList<uint> Amounts
    {
        get
        {
            lock (_amounts)
                return [.. _amounts];
        }
    }

    /// <summary>Ends when the last reference is gone.</summary>
    internal Task Disposed => _disposed.Task;

    /// <summary>Ends when a <c>wait</c> was given up.</summary>
    internal Task Cancelled => _cancelled.Task;

    protected override ValueTask Add(CallContext<Counter.AddParams.Reader, Counter.AddResults.Builder> context)
    {
        lock (_amounts)
            _amounts.Add(context.Params.Amount);
        _total += context.Params.Amount;
        Counter.AddResults.Builder results = context.Results;
        results.Total = _total;
        return ValueTask.CompletedTask;
    }

    protected override async ValueTask Wait(CallContext<Counter.WaitParams.Reader, Counter.WaitResults.Builder> context)
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
        }
        finally
        {
            _cancelled.TrySetResult();
        }
    }

    protected override ValueTask Fail(CallContext<Counter.FailParams.Reader, Counter.FailResults.Builder> context) =>
        context.Params.Kind == 99
            ? throw new InvalidOperationException(context.Params.Reason)
            : throw new RpcException((RpcErrorKind)context.Params.Kind, context.Params.Reason);

    protected override void Dispose(bool disposing)
    {
        _disposed.TrySetResult();
        base.Dispose(disposing);
    }
}

/// <summary>Hands out counters and the caller's own.</summary>
internal sealed class FactoryServer : Factory.Server
{
    internal List<CountingServer> Made { get; } = [];

    internal TaskCompletionSource Go { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    protected override ValueTask Make(CallContext<Factory.MakeParams.Reader, Factory.MakeResults.Builder> context)
    {
        CountingServer made = new();
        lock (Made)
            Made.Add(made);
        using Counter.Client client = new(Capability.Serve(made));
        context.Results.SetCounter(client);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask Echo(CallContext<Factory.EchoParams.Reader, Factory.EchoResults.Builder> context)
    {
        using Counter.Client? counter = context.Params.GetCounter();
        context.Results.SetSame(counter);
        return ValueTask.CompletedTask;
    }

    protected override async ValueTask Slowly(CallContext<Factory.SlowlyParams.Reader, Factory.SlowlyResults.Builder> context)
    {
        using Counter.Client? counter = context.Params.GetCounter();
        await Go.Task.WaitAsync(context.CancellationToken);
        context.Results.SetSame(counter);
    }

    protected override ValueTask Bytes(CallContext<Factory.BytesParams.Reader, Factory.BytesResults.Builder> context)
    {
        Factory.BytesResults.Builder results = context.Results;
        results.Data = new byte[context.Params.Count];
        return ValueTask.CompletedTask;
    }

    protected override async ValueTask CallBack(CallContext<Factory.CallBackParams.Reader, Factory.CallBackResults.Builder> context)
    {
        using Counter.Client? counter = context.Params.GetCounter();
        uint times = context.Params.Times;
        ulong total = 0;
        for (uint i = 0; i < times; i++)
        {
            using RpcAnswer<Counter.AddResults.Reader> answer = await counter!.Add(p => p.Amount = 1, context.CancellationToken);
            total = answer.Results.Total;
        }

        Factory.CallBackResults.Builder results = context.Results;
        results.Total = total;
    }
}
