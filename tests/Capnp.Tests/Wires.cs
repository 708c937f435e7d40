using System.IO.Pipelines;
using Capnp.Rpc;

namespace Capnp.Tests;

/// <summary>Two ends of an in-memory transport.</summary>
internal sealed class Wires
{
    private readonly Pipe _toServer = new(new PipeOptions(useSynchronizationContext: false));
    private readonly Pipe _toClient = new(new PipeOptions(useSynchronizationContext: false));

    internal Wires()
    {
        Client = new End(_toClient.Reader, _toServer.Writer);
        Server = new End(_toServer.Reader, _toClient.Writer);
    }

    internal IDuplexPipe Client { get; }

    internal IDuplexPipe Server { get; }

    /// <summary>Connects two RPC connections.</summary>
    internal static (RpcConnection Client, RpcConnection Server) Connect(
        ServerCapability offered, RpcOptions? options = null, ServerCapability? offeredByClient = null)
    {
        Wires wires = new();
        RpcConnection server = RpcConnection.Start(wires.Server, Capability.Serve(offered), options);
        Capability? back = offeredByClient is null ? null : Capability.Serve(offeredByClient);
        return (RpcConnection.Start(wires.Client, back, options), server);
    }

    private sealed record End(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
