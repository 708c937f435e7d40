using BitcoinCore.Ipc;
using JdClient.Blocks;

namespace JdClient.TemplateReceiver.BitcoinCoreIpc;

/// <summary>
/// Whole blocks to a node over the connection that its link has, by <c>submitBlock</c> (Bitcoin Core 32). It needs no template, so a
/// node that has been restarted takes them as well. The link's task attaches and detaches, the publisher's submits.
/// </summary>
/// <param name="index">The provider, by its place in the configuration.</param>
/// <param name="name">The provider's, for people.</param>
internal sealed class NodeBlockTarget(int index, string name) : IBlockTarget
{
    private MiningClient? _client;

    /// <summary>The provider, by its place in the configuration.</summary>
    internal int Index => index;

    /// <inheritdoc/>
    public string Name => $"{name} submitBlock";

    /// <summary>There is a connection.</summary>
    internal void Attach(MiningClient client) => Volatile.Write(ref _client, client);

    /// <summary>The connection has ended; another one may have come meanwhile.</summary>
    internal void Detach(MiningClient client) => Interlocked.CompareExchange(ref _client, null, client);

    /// <summary>Nothing: the link tells whether the node is there.</summary>
    public Task CheckAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task<TargetAnswer> SubmitAsync(WholeBlock block, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _client) is not { } client)
            return TargetAnswer.Failed("the node is not connected");
        if (client.Generation < NodeGeneration.V32)
            return new TargetAnswer(AnswerKind.Unsupported, $"Bitcoin Core {(int)client.Generation} takes no whole block over IPC");
        return AnswerOf(await client.SubmitBlockAsync(block.ToArray(), cancellationToken));
    }

    /// <summary>What follows from a node's answer.</summary>
    internal static TargetAnswer AnswerOf(NodeResult<SubmitOutcome> result)
    {
        if (!result.TryGet(out SubmitOutcome? outcome, out NodeFailure? failure))
            return new TargetAnswer(
                failure.Kind == NodeFailureKind.NotSupported ? AnswerKind.Unsupported : AnswerKind.Failed, failure.Message);
        return outcome.Accepted ? new TargetAnswer(AnswerKind.Accepted, "") : TargetAnswer.OfReason(outcome.Reason, outcome.Debug);
    }
}
