using BitcoinCore.Ipc.Adapters;
using Capnp.Rpc;
using V30 = BitcoinCore.Ipc.Generated.V30;
using V31 = BitcoinCore.Ipc.Generated.V31;
using V32 = BitcoinCore.Ipc.Generated.V32;

namespace BitcoinCore.Ipc;

/// <summary>
/// What a connection begins with: the node's thread map and the mining interface of the generation found. The generation shows
/// in the methods the node knows: makeMining moved from @2 to @3 with v31, and makeRpc @4 came with v32.
/// </summary>
internal sealed class NodeSession : IDisposable
{
    private readonly V32.ThreadMap.Client _threads;

    private NodeSession(V32.ThreadMap.Client threads, IMiningAdapter mining)
    {
        _threads = threads;
        Mining = mining;
    }

    internal IMiningAdapter Mining { get; }

    internal static async Task<NodeSession> OpenAsync(RpcConnection connection, CancellationToken cancellationToken)
    {
        using V32.Init.Client init = new(connection.Bootstrap());
        using RpcAnswer<V32.Init.ConstructResults.Reader> constructed = await init.Construct(null, cancellationToken);
        V32.ThreadMap.Client threads = constructed.Results.GetThreadMap() ?? throw new RpcException("the node has no thread map");
        try
        {
            using Capability thread = await MakeThreadAsync(threads, "connect", cancellationToken);
            return new NodeSession(threads, await FindMiningAsync(init, thread, cancellationToken));
        }
        catch
        {
            threads.Dispose();
            throw;
        }
    }

    internal ServerThread NewThread(string name) => new(token => MakeThreadAsync(_threads, "jdc-" + name, token));

    public void Dispose()
    {
        Mining.Dispose();
        _threads.Dispose();
    }

    private static async Task<Capability> MakeThreadAsync(V32.ThreadMap.Client threads, string name, CancellationToken cancellationToken)
    {
        using RpcAnswer<V32.ThreadMap.MakeThreadResults.Reader> made = await threads.MakeThread(p => p.Name = name, cancellationToken);
        using V32.Thread.Client thread = made.Results.GetResult() ?? throw new RpcException("the node made no thread");
        return thread.Capability.AddReference();
    }

    private static async Task<IMiningAdapter> FindMiningAsync(V32.Init.Client init, Capability thread, CancellationToken cancellationToken)
    {
        Capability mining;
        try
        {
            using RpcAnswer<V32.Init.MakeMiningResults.Reader> made =
                await init.MakeMining(p => MiningAdapterV32.Fill(p.InitContext(), thread), cancellationToken);
            mining = Take(made.Results.GetResult());
        }
        catch (RpcException problem) when (problem.Kind == RpcErrorKind.Unimplemented)
        {
            using V30.Init.Client old = new(init.Capability.AddReference());
            using RpcAnswer<V30.Init.MakeMiningResults.Reader> made =
                await old.MakeMining(p => MiningAdapterV30.Fill(p.InitContext(), thread), cancellationToken);
            return new MiningAdapterV30(new V30.Mining.Client(Take(made.Results.GetResult())));
        }

        try
        {
            return await HasRpcAsync(init, thread, cancellationToken)
                ? new MiningAdapterV32(new V32.Mining.Client(mining))
                : new MiningAdapterV31(new V31.Mining.Client(mining));
        }
        catch
        {
            mining.Dispose();
            throw;
        }
    }

    private static async Task<bool> HasRpcAsync(V32.Init.Client init, Capability thread, CancellationToken cancellationToken)
    {
        try
        {
            using RpcAnswer<V32.Init.MakeRpcResults.Reader> made =
                await init.MakeRpc(p => MiningAdapterV32.Fill(p.InitContext(), thread), cancellationToken);
            return true;
        }
        catch (RpcException problem) when (problem.Kind == RpcErrorKind.Unimplemented)
        {
            return false;
        }
    }

    private static Capability Take(CapabilityClient? client)
    {
        using (client)
            return client?.Capability.AddReference() ?? throw new RpcException("the node has no mining interface");
    }
}
