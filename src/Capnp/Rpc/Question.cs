namespace Capnp.Rpc;

/// <summary>A call of ours on the wire, from its message until both Return has come and Finish has gone.</summary>
internal sealed class Question(uint id, MethodCall call)
{
    internal uint Id { get; } = id;

    internal MethodCall Call { get; } = call;

    /// <summary>Exports the parameters refer to, one entry for each reference.</summary>
    internal List<uint> ParamExports { get; } = [];

    internal List<PipelinedHook> Promises { get; } = [];

    /// <summary>Finish went out before Return: the call was given up.</summary>
    internal bool Finished { get; set; }
}
