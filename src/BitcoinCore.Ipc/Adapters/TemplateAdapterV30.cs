using BitcoinCore.Ipc.Generated.V30;
using Capnp.Rpc;
using Template = BitcoinCore.Ipc.Generated.V30.BlockTemplate;

namespace BitcoinCore.Ipc.Adapters;

/// <summary>A template of Bitcoin Core 30.x.</summary>
internal sealed class TemplateAdapterV30(Template.Client template) : ITemplateAdapter
{
    public async Task<ReadOnlyMemory<byte>> GetHeaderAsync(Capability thread, CancellationToken cancellationToken)
    {
        using RpcAnswer<Template.GetBlockHeaderResults.Reader> answer =
            await template.GetBlockHeader(p => MiningAdapterV30.Fill(p.InitContext(), thread), cancellationToken);
        return answer.Results.Result;
    }

    public async Task<TemplateCoinbase> GetCoinbaseAsync(Capability thread, CancellationToken cancellationToken)
    {
        using RpcAnswer<Template.GetCoinbaseTxResults.Reader> answer =
            await template.GetCoinbaseTx(p => MiningAdapterV30.Fill(p.InitContext(), thread), cancellationToken);
        return CoinbaseParser.Parse(answer.Results.Result);
    }

    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> GetMerklePathAsync(Capability thread, CancellationToken cancellationToken)
    {
        using RpcAnswer<Template.GetCoinbaseMerklePathResults.Reader> answer =
            await template.GetCoinbaseMerklePath(p => MiningAdapterV30.Fill(p.InitContext(), thread), cancellationToken);
        return [.. answer.Results.Result];
    }

    public async Task<ReadOnlyMemory<byte>> GetBlockAsync(Capability thread, CancellationToken cancellationToken)
    {
        using RpcAnswer<Template.GetBlockResults.Reader> answer =
            await template.GetBlock(p => MiningAdapterV30.Fill(p.InitContext(), thread), cancellationToken);
        return answer.Results.Result;
    }

    public async Task<SubmitOutcome> SubmitSolutionAsync(
        Capability thread, uint version, uint timestamp, uint nonce, ReadOnlyMemory<byte> coinbase, CancellationToken cancellationToken)
    {
        using RpcAnswer<Template.SubmitSolutionResults.Reader> answer = await template.SubmitSolution(
            p =>
            {
                MiningAdapterV30.Fill(p.InitContext(), thread);
                p.Version = version;
                p.Timestamp = timestamp;
                p.Nonce = nonce;
                p.Coinbase = coinbase.Span;
            },
            cancellationToken);
        return new SubmitOutcome(answer.Results.Result, "", "");
    }

    public async Task<ITemplateAdapter?> WaitNextAsync(
        Capability thread, TimeSpan timeout, long feeThreshold, CancellationToken cancellationToken)
    {
        using RpcAnswer<Template.WaitNextResults.Reader> answer = await template.WaitNext(
            p =>
            {
                MiningAdapterV30.Fill(p.InitContext(), thread);
                BlockWaitOptions.Builder options = p.InitOptions();
                options.Timeout = timeout.TotalMilliseconds;
                options.FeeThreshold = feeThreshold;
            },
            cancellationToken);
        return answer.Results.GetResult() is { } next ? new TemplateAdapterV30(next) : null;
    }

    public async Task InterruptWaitAsync(CancellationToken cancellationToken) =>
        (await template.InterruptWait(null, cancellationToken)).Dispose();

    public async Task DestroyAsync(Capability thread, CancellationToken cancellationToken) =>
        (await template.Destroy(p => MiningAdapterV30.Fill(p.InitContext(), thread), cancellationToken)).Dispose();

    public void Dispose() => template.Dispose();
}
