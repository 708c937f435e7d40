namespace Capnp.Rpc;

/// <summary>What the connection's loop acts on, one after the other.</summary>
internal abstract record LoopEvent
{
    /// <summary>A message came.</summary>
    internal sealed record Arrived(MessageReader Message) : LoopEvent;

    /// <summary>A call to a capability of the peer's.</summary>
    internal sealed record Call(RemoteHook Target, MethodCall Method) : LoopEvent;

    /// <summary>The peer's bootstrap capability is wanted.</summary>
    internal sealed record Bootstrap(MethodCall Method) : LoopEvent;

    /// <summary>A call was given up.</summary>
    internal sealed record Cancel(MethodCall Method) : LoopEvent;

    /// <summary>A capability of the peer's has no reference left.</summary>
    internal sealed record Release(RemoteHook Hook) : LoopEvent;

    /// <summary>A call of the peer's was executed.</summary>
    internal sealed record Answered(AnswerEntry Entry, CallResult? Result, RpcException? Problem) : LoopEvent;

    /// <summary>A promise whose call was executed here turned out to be something.</summary>
    internal sealed record Settled(PipelinedHook Promise, Capability Resolution) : LoopEvent;

    /// <summary>A disembargo goes back to the peer, behind the calls that are to have passed.</summary>
    internal sealed record Echo(RemoteHook Target, uint EmbargoId) : LoopEvent;
}
