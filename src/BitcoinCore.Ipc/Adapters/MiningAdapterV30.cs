using BitcoinCore.Ipc.Generated.V30;
using Capnp.Rpc;
using NodeThread = BitcoinCore.Ipc.Generated.V30.Thread;

namespace BitcoinCore.Ipc.Adapters;

/// <summary>The mining interface of Bitcoin Core 30.x.</summary>
internal sealed class MiningAdapterV30(Mining.Client mining) : IMiningAdapter
{
    public NodeGeneration Generation => NodeGeneration.V30;

    public async Task<bool> IsTestChainAsync(Capability thread, CancellationToken cancellationToken)
    {
        using RpcAnswer<Mining.IsTestChainResults.Reader> answer =
            await mining.IsTestChain(p => Fill(p.InitContext(), thread), cancellationToken);
        return answer.Results.Result;
    }

    public async Task<bool> IsInitialBlockDownloadAsync(Capability thread, CancellationToken cancellationToken)
    {
        using RpcAnswer<Mining.IsInitialBlockDownloadResults.Reader> answer =
            await mining.IsInitialBlockDownload(p => Fill(p.InitContext(), thread), cancellationToken);
        return answer.Results.Result;
    }

    public async Task<NodeTip?> GetTipAsync(Capability thread, CancellationToken cancellationToken)
    {
        using RpcAnswer<Mining.GetTipResults.Reader> answer = await mining.GetTip(p => Fill(p.InitContext(), thread), cancellationToken);
        return answer.Results.HasResult ? new NodeTip(answer.Results.Result.Hash, answer.Results.Result.Height) : null;
    }

    public async Task<ITemplateAdapter> CreateNewBlockAsync(
        Capability thread, TemplateConstraints constraints, bool cooldown, CancellationToken cancellationToken)
    {
        using RpcAnswer<Mining.CreateNewBlockResults.Reader> answer = await mining.CreateNewBlock(
            p =>
            {
                BlockCreateOptions.Builder options = p.InitOptions();
                options.UseMempool = true;
                options.BlockReservedWeight = constraints.ReservedWeight;
                options.CoinbaseOutputMaxAdditionalSigops = constraints.CoinbaseSigops;
            },
            cancellationToken);
        return answer.Results.GetResult() is { } template
            ? new TemplateAdapterV30(template)
            : throw new RpcException("the node made no template");
    }

    public Task InterruptAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<SubmitOutcome>? SubmitBlockAsync(Capability thread, ReadOnlyMemory<byte> block, CancellationToken cancellationToken) =>
        null;

    public void Dispose() => mining.Dispose();

    internal static void Fill(Context.Builder context, Capability thread)
    {
        using NodeThread.Client client = new(thread.AddReference());
        context.SetThread(client);
    }
}
