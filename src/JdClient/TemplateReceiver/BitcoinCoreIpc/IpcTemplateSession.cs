using System.Threading.Channels;
using BitcoinCore.Ipc;
using JdClient.Blocks;
using JdClient.ChannelManager;
using JdClient.Configuration;
using JdClient.Core;
using JdClient.Logging;
using JdClient.Upstream;
using Microsoft.Extensions.Logging;
using Sv2.Protocol;
using Sv2.Protocol.TemplateDistribution;

namespace JdClient.TemplateReceiver.BitcoinCoreIpc;

/// <summary>
/// One connection to a node. Three loops that never wait for each other: templates, transactions of templates, solutions.
/// What they share is the <see cref="TemplateShelf"/>.
/// </summary>
internal sealed partial class IpcTemplateSession : ILinkOutlet, IDisposable
{
    /// <summary>Requests that wait for the node; more than the channel manager ever has end the link.</summary>
    private const int QueueCapacity = 64;

    private readonly PeerLink _link;
    private readonly MiningClient _client;
    private readonly TemplateProviderConfiguration.BitcoinCoreIpc _provider;
    private readonly TemplateShelf _shelf;
    private readonly TemplateIds _ids;
    private readonly IEventSink _inbox;
    private readonly IBlockAnswers _answers;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _end = new();
    private readonly Channel<ulong> _requests = Bounded<ulong>();
    private readonly Channel<SubmitSolution> _solutions = Bounded<SubmitSolution>();

    // The latest constraints, and the token of the wait that they interrupt.
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _constraintsCame = new(0, 1);
    private CoinbaseOutputConstraints? _constraints;
    private CancellationTokenSource? _interrupt;
    private LinkEnd? _ended;
    private bool _disposed;

    internal IpcTemplateSession(
        PeerLink link, MiningClient client, TemplateProviderConfiguration.BitcoinCoreIpc provider, TemplateShelf shelf, TemplateIds ids,
        IEventSink inbox, IBlockAnswers answers, TimeProvider time, ILogger log)
    {
        _link = link;
        _client = client;
        _provider = provider;
        _shelf = shelf;
        _ids = ids;
        _inbox = inbox;
        _answers = answers;
        _time = time;
        _log = log;
    }

    /// <inheritdoc/>
    public void Send(Sv2Message message, long cause)
    {
        bool taken = true;
        switch (message)
        {
            case CoinbaseOutputConstraints constraints:
                TakeConstraints(constraints);
                break;
            case RequestTransactionData request:
                taken = _requests.Writer.TryWrite(request.TemplateId);
                break;
            case SubmitSolution solution:
                taken = _solutions.Writer.TryWrite(solution);
                break;
        }

        if (!taken)
            End(LinkFailure.TooSlow, "the node does not keep up with what it is asked");
    }

    /// <inheritdoc/>
    public void Close(string reason)
    {
        // The end of the loop that submits ends the others: a block that is queued still goes to the node.
        Interlocked.CompareExchange(ref _ended, new LinkEnd(LinkFailure.ClosedByUs, reason), null);
        _solutions.Writer.TryComplete();
    }

    /// <summary>After the run; what the channel manager still sends is dropped.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _end.Dispose();
            _constraintsCame.Dispose();
        }
    }

    /// <summary>Serves the link until the node or the channel manager ends it.</summary>
    internal async Task<LinkEnd> RunAsync(CancellationToken cancellationToken)
    {
        if (!_link.Attach(this))
            return new LinkEnd(LinkFailure.ClosedByUs, _link.CloseReason ?? "given up");
        await _inbox.PostAsync(new CoreEvent.LinkConnected(_link.Id), cancellationToken);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _end.Token);
        await Task.WhenAll(
            GuardAsync(OfferTemplatesAsync, either.Token),
            GuardAsync(AnswerRequestsAsync, either.Token),
            GuardAsync(SubmitSolutionsAsync, either.Token),
            GuardAsync(WatchAsync, either.Token));
        cancellationToken.ThrowIfCancellationRequested();
        return _ended ?? new LinkEnd(LinkFailure.ConnectionLost, "the node's connection ended");
    }

    private static Channel<T> Bounded<T>() =>
        Channel.CreateBounded<T>(new BoundedChannelOptions(QueueCapacity) { SingleReader = true });

    /// <summary>A loop's end ends the others; its fault is the supervisor's, after they have ended.</summary>
    private async Task GuardAsync(Func<CancellationToken, Task> loop, CancellationToken cancellationToken)
    {
        try
        {
            await loop(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Ended by another loop, the channel manager or the daemon's stop.
        }
        finally
        {
            await _end.CancelAsync();
        }
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        NodeFailure failure = await _client.Completion.WaitAsync(cancellationToken);
        End(FailureOf(failure), failure.Message);
    }

    private static LinkFailure FailureOf(NodeFailure failure) =>
        failure.Kind == NodeFailureKind.NotANode ? LinkFailure.ProtocolViolation : LinkFailure.ConnectionLost;

    private void End(LinkFailure failure, string detail)
    {
        Interlocked.CompareExchange(ref _ended, new LinkEnd(failure, detail), null);
        lock (_lock)
        {
            // On another thread: what the end runs is not the caller's to run.
            if (!_disposed)
                _ = _end.CancelAsync();
        }
    }

    private void TakeConstraints(CoinbaseOutputConstraints constraints)
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            _constraints = constraints;
            if (_constraintsCame.CurrentCount == 0)
                _constraintsCame.Release();
            _ = _interrupt?.CancelAsync();
        }
    }

    private async Task SubmitSolutionsAsync(CancellationToken cancellationToken)
    {
        await foreach (SubmitSolution solution in _solutions.Reader.ReadAllAsync(cancellationToken))
            await SubmitAsync(solution, cancellationToken);
    }

    private async Task SubmitAsync(SubmitSolution solution, CancellationToken cancellationToken)
    {
        if (!_shelf.TryFind(solution.TemplateId, out NodeTemplate? template, out _))
        {
            const string gone = "the node no longer has the template";
            _log.NodeRefusedBlock(_link.Name, _link.Id.Value, solution.TemplateId, gone);
            _answers.Record(solution, _link.Name, TargetAnswer.Failed(gone));
            return;
        }

        NodeResult<SubmitOutcome> result = await template.SubmitSolutionAsync(
            solution.Version, solution.HeaderTimestamp, solution.HeaderNonce, solution.CoinbaseTx, cancellationToken);
        if (TookBlock(solution, result))
            return;

        // The second way in, where the node has it: the whole block.
        NodeResult<ReadOnlyMemory<byte>> block = await template.GetBlockAsync(cancellationToken);
        if (block.TryGet(out ReadOnlyMemory<byte> bytes, out _)
            && TemplateMessages.TrySolvedBlock(bytes, solution, template.Data) is { } solved)
            _ = TookBlock(solution, await _client.SubmitBlockAsync(solved, cancellationToken));
    }

    private bool TookBlock(SubmitSolution solution, NodeResult<SubmitOutcome> result)
    {
        TargetAnswer answer = NodeBlockTarget.AnswerOf(result);
        if (answer.Kind != AnswerKind.Unsupported)
            _answers.Record(solution, _link.Name, answer);
        if (!result.TryGet(out SubmitOutcome? outcome, out NodeFailure? failure))
        {
            if (failure.Kind != NodeFailureKind.NotSupported)
                _log.NodeRefusedBlock(_link.Name, _link.Id.Value, solution.TemplateId, failure.Message);
            return false;
        }

        if (outcome.IsInChain)
            _log.NodeTookBlock(
                _link.Name, _link.Id.Value, solution.TemplateId, outcome.Accepted ? "" : $", as it had it: {outcome.Reason}");
        else
            _log.NodeRefusedBlock(_link.Name, _link.Id.Value, solution.TemplateId, answer.Detail);
        return outcome.IsInChain;
    }
}
