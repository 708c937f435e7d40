using BitcoinCore.Ipc.Generated.V32;
using Capnp.Rpc;
using Testbed.Nodes;
using NodeThread = BitcoinCore.Ipc.Generated.V32.Thread;

namespace Testbed.BitcoinCore.V32;

/// <summary>The bootstrap interface of a v32 node.</summary>
internal sealed class InitServer(NodeState node) : Init.Server
{
    protected override async ValueTask Construct(CallContext<Init.ConstructParams.Reader, Init.ConstructResults.Builder> context)
    {
        await node.AnswerAsync(context.CancellationToken);
        using ThreadMap.Client threads = new(Capability.Serve(new ThreadMapServer()));
        context.Results.SetThreadMap(threads);
    }

    protected override async ValueTask MakeMining(CallContext<Init.MakeMiningParams.Reader, Init.MakeMiningResults.Builder> context)
    {
        await node.AnswerAsync(context.CancellationToken);
        using Mining.Client mining = new(Capability.Serve(new MiningServer(node)));
        context.Results.SetResult(mining);
    }

    protected override ValueTask MakeMiningOld2(
        CallContext<Init.MakeMiningOld2Params.Reader, Init.MakeMiningOld2Results.Builder> context) =>
        throw new RpcException("Old mining interface (@2) not supported. Please update your client!");

    protected override ValueTask MakeRpc(CallContext<Init.MakeRpcParams.Reader, Init.MakeRpcResults.Builder> context) =>
        ValueTask.CompletedTask;
}

/// <summary>Makes threads, which only exist by name here: calls run at once.</summary>
internal sealed class ThreadMapServer : ThreadMap.Server
{
    protected override ValueTask MakeThread(CallContext<ThreadMap.MakeThreadParams.Reader, ThreadMap.MakeThreadResults.Builder> context)
    {
        using NodeThread.Client thread = new(Capability.Serve(new ThreadServer(context.Params.Name)));
        context.Results.SetResult(thread);
        return ValueTask.CompletedTask;
    }
}

/// <summary>A thread by name.</summary>
internal sealed class ThreadServer(string name) : NodeThread.Server
{
    protected override ValueTask GetName(CallContext<NodeThread.GetNameParams.Reader, NodeThread.GetNameResults.Builder> context)
    {
        NodeThread.GetNameResults.Builder results = context.Results;
        results.Result = name;
        return ValueTask.CompletedTask;
    }
}

/// <summary>The mining interface of a v32 node.</summary>
internal sealed class MiningServer(NodeState node) : Mining.Server
{
    protected override ValueTask IsTestChain(CallContext<Mining.IsTestChainParams.Reader, Mining.IsTestChainResults.Builder> context)
    {
        Mining.IsTestChainResults.Builder results = context.Results;
        results.Result = true;
        return ValueTask.CompletedTask;
    }

    protected override async ValueTask IsInitialBlockDownload(
        CallContext<Mining.IsInitialBlockDownloadParams.Reader, Mining.IsInitialBlockDownloadResults.Builder> context)
    {
        await node.AnswerAsync(context.CancellationToken);
        Mining.IsInitialBlockDownloadResults.Builder results = context.Results;
        results.Result = node.Downloading;
    }

    protected override async ValueTask GetTip(CallContext<Mining.GetTipParams.Reader, Mining.GetTipResults.Builder> context)
    {
        await node.AnswerAsync(context.CancellationToken);
        Tip tip = node.Chain.Tip;
        Mining.GetTipResults.Builder results = context.Results;
        BlockRef.Builder block = results.InitResult();
        block.Hash = tip.Hash.ToLittleEndian();
        block.Height = tip.Height;
        results.HasResult = true;
    }

    protected override async ValueTask CreateNewBlock(
        CallContext<Mining.CreateNewBlockParams.Reader, Mining.CreateNewBlockResults.Builder> context)
    {
        ulong reserved = context.Params.Options.BlockReservedWeight;
        if (reserved < 2000)
            throw new RpcException("block_reserved_weight is lower than minimum safety value of 2000 weight units");
        await node.AnswerAsync(context.CancellationToken);
        using BlockTemplate.Client template = new(Capability.Serve(new TemplateServer(node, node.NewTemplate(reserved))));
        context.Results.SetResult(template);
    }

    protected override ValueTask Interrupt(CallContext<Mining.InterruptParams.Reader, Mining.InterruptResults.Builder> context) =>
        ValueTask.CompletedTask;

    protected override ValueTask SubmitBlock(CallContext<Mining.SubmitBlockParams.Reader, Mining.SubmitBlockResults.Builder> context)
    {
        BlockOutcome outcome = node.Judge(context.Params.Block);
        Mining.SubmitBlockResults.Builder results = context.Results;
        results.Result = outcome.Status == BlockStatus.Accepted;
        results.Reason = outcome.Status == BlockStatus.Duplicate ? "duplicate" : outcome.Reason ?? "";
        return ValueTask.CompletedTask;
    }
}

/// <summary>A template of a v32 node.</summary>
internal sealed class TemplateServer(NodeState node, ServedTemplate template) : BlockTemplate.Server
{
    protected override ValueTask Destroy(CallContext<BlockTemplate.DestroyParams.Reader, BlockTemplate.DestroyResults.Builder> context)
    {
        template.Dispose();
        return ValueTask.CompletedTask;
    }

    protected override ValueTask GetBlockHeader(
        CallContext<BlockTemplate.GetBlockHeaderParams.Reader, BlockTemplate.GetBlockHeaderResults.Builder> context)
    {
        BlockTemplate.GetBlockHeaderResults.Builder results = context.Results;
        results.Result = template.Header;
        return ValueTask.CompletedTask;
    }

    protected override async ValueTask GetBlock(
        CallContext<BlockTemplate.GetBlockParams.Reader, BlockTemplate.GetBlockResults.Builder> context)
    {
        await node.AnswerAsync(context.CancellationToken);
        BlockTemplate.GetBlockResults.Builder results = context.Results;
        results.Result = template.Block();
    }

    protected override ValueTask GetCoinbaseTx(
        CallContext<BlockTemplate.GetCoinbaseTxParams.Reader, BlockTemplate.GetCoinbaseTxResults.Builder> context)
    {
        CoinbaseTx.Builder coinbase = context.Results.InitResult();
        coinbase.Version = template.Message.CoinbaseTxVersion;
        coinbase.Sequence = template.Message.CoinbaseTxInputSequence;
        coinbase.ScriptSigPrefix = template.Message.CoinbasePrefix.Span;
        coinbase.Witness = new byte[32];
        coinbase.BlockRewardRemaining = (long)template.Message.CoinbaseTxValueRemaining;
        coinbase.SetRequiredOutputs(template.RequiredOutputs);
        coinbase.LockTime = template.Message.CoinbaseTxLocktime;
        return ValueTask.CompletedTask;
    }

    protected override ValueTask GetCoinbaseMerklePath(
        CallContext<BlockTemplate.GetCoinbaseMerklePathParams.Reader, BlockTemplate.GetCoinbaseMerklePathResults.Builder> context)
    {
        context.Results.SetResult(template.MerklePath);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask SubmitSolution(
        CallContext<BlockTemplate.SubmitSolutionParams.Reader, BlockTemplate.SubmitSolutionResults.Builder> context)
    {
        BlockTemplate.SubmitSolutionParams.Reader p = context.Params;
        BlockOutcome outcome = template.Submit(p.Version, p.Timestamp, p.Nonce, p.Coinbase);
        BlockTemplate.SubmitSolutionResults.Builder results = context.Results;
        results.Result = outcome.Status == BlockStatus.Accepted;
        results.Reason = outcome.Status == BlockStatus.Duplicate ? "duplicate" : outcome.Reason ?? "";
        return ValueTask.CompletedTask;
    }

    protected override ValueTask SubmitSolutionOld7(
        CallContext<BlockTemplate.SubmitSolutionOld7Params.Reader, BlockTemplate.SubmitSolutionOld7Results.Builder> context) =>
        throw new RpcException("Old submitSolution (@7) not supported. Please update your client!");

    protected override async ValueTask WaitNext(
        CallContext<BlockTemplate.WaitNextParams.Reader, BlockTemplate.WaitNextResults.Builder> context)
    {
        BlockWaitOptions.Reader options = context.Params.Options;
        if (await template.WaitNextAsync(options.Timeout, options.FeeThreshold, context.CancellationToken) is not { } next)
            return;
        using BlockTemplate.Client client = new(Capability.Serve(new TemplateServer(node, next)));
        context.Results.SetResult(client);
    }

    protected override ValueTask InterruptWait(
        CallContext<BlockTemplate.InterruptWaitParams.Reader, BlockTemplate.InterruptWaitResults.Builder> context)
    {
        template.Interrupt();
        return ValueTask.CompletedTask;
    }

    protected override void Dispose(bool disposing)
    {
        template.Dispose();
        base.Dispose(disposing);
    }
}
