namespace Capnp.Rpc;

/// <summary>
/// An object of this process. A method begins on the thread that delivers the call (for a call from a connection its loop), in
/// the order of delivery, and may go on elsewhere; so its synchronous part must be short.
/// </summary>
internal sealed class LocalHook(ServerCapability server) : CapabilityHook
{
    internal override void Call(MethodCall call)
    {
        // The object stays until the method has ended, also when the caller's reference is the last one.
        _ = TryAddReference();
        _ = RunAsync(call);
    }

    protected override void OnUnreferenced() => server.Dispose();

    /// <summary>Ends in an answer whatever happens, so nobody needs to wait for it.</summary>
    private async Task RunAsync(MethodCall call)
    {
        CallContext context = new(call);
        try
        {
            await server.DispatchAsync(context);
            call.Complete(context.TakeResult());
        }
        catch (RpcException problem)
        {
            context.DropResult();
            call.Fail(problem);
        }
        catch (OperationCanceledException)
        {
            context.DropResult();
            call.Fail(new RpcException(RpcErrorKind.Failed, "canceled"));
        }
        catch (Exception problem)
        {
            // The boundary of code that serves a method: a bug of its own is the caller's failed call, not the connection's end.
            context.DropResult();
            call.Fail(new RpcException(RpcErrorKind.Failed, $"{problem.GetType().Name}: {problem.Message}"));
        }
        finally
        {
            ReleaseReference();
        }
    }
}
