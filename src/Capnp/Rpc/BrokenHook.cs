namespace Capnp.Rpc;

/// <summary>A capability that could not be had: every call fails with the reason.</summary>
internal sealed class BrokenHook(RpcException problem) : CapabilityHook
{
    internal override void Call(MethodCall call) => call.Fail(problem);

    protected override void OnUnreferenced()
    {
    }
}
