using BitcoinCore.Ipc;
using JdClient.Core;
using JdClient.Logging;
using Sv2.Protocol;
using Sv2.Protocol.TemplateDistribution;

namespace JdClient.TemplateReceiver.BitcoinCoreIpc;

// Templates and their transactions.
internal sealed partial class IpcTemplateSession
{
    /// <summary>How long one wait lasts; its end only means that the next one begins.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    /// <summary>How often a node in its initial block download is asked again.</summary>
    private static readonly TimeSpan DownloadPoll = TimeSpan.FromSeconds(1);

    /// <summary>How often the log says how far its download is.</summary>
    private static readonly TimeSpan DownloadProgress = TimeSpan.FromMinutes(1);

    // Of the template before.
    private ReadOnlyMemory<byte> _prevHash;
    private ReadOnlyMemory<byte> _nBits;

    private async Task OfferTemplatesAsync(CancellationToken cancellationToken)
    {
        if (!await WaitForDownloadAsync(cancellationToken))
            return;
        bool first = true;
        while (true)
        {
            await _constraintsCame.WaitAsync(cancellationToken);
            using CancellationTokenSource interrupt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            CoinbaseOutputConstraints constraints;
            lock (_lock)
            {
                constraints = _constraints!;
                _interrupt = interrupt;
            }

            try
            {
                if (!await FollowAsync(constraints, first, interrupt.Token))
                    return;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // New constraints: a new template with their room.
            }
            finally
            {
                lock (_lock)
                    _interrupt = null;
            }

            first = false;
        }
    }

    /// <summary>
    /// Waits out the node's initial block download, during which it has no useful templates; returns false when the link is over.
    /// </summary>
    private async Task<bool> WaitForDownloadAsync(CancellationToken cancellationToken)
    {
        long? said = null;
        while (true)
        {
            NodeResult<bool> asked = await _client.IsInitialBlockDownloadAsync(cancellationToken);
            if (!asked.TryGet(out bool isDownloading, out NodeFailure? failure))
                return Over("does not say whether it is ready", failure);
            if (!isDownloading)
                return true;
            if (said is null || _time.GetElapsedTime(said.Value) >= DownloadProgress)
            {
                NodeResult<NodeTip?> tip = await _client.GetTipAsync(cancellationToken);
                _log.NodeDownloading(_link.Name, _link.Id.Value, tip.TryGet(out NodeTip? known, out _) ? known?.Height ?? 0 : 0);
                said = _time.GetTimestamp();
            }

            await Task.Delay(DownloadPoll, _time, cancellationToken);
        }
    }

    /// <summary>Offers a template with the constraints and all better ones; returns false when the link is over.</summary>
    private async Task<bool> FollowAsync(CoinbaseOutputConstraints constraints, bool first, CancellationToken cancellationToken)
    {
        NodeResult<NodeTemplate> created =
            await _client.CreateTemplateAsync(TemplateMessages.Constraints(constraints), cooldown: first, cancellationToken);
        if (!created.TryGet(out NodeTemplate? current, out NodeFailure? failure))
            return Over("makes no template", failure);
        await OfferAsync(current, isFuture: true, cancellationToken);
        long offered = _time.GetTimestamp();
        while (true)
        {
            // Until the interval is over only a new tip ends the wait, so the interval never delays one.
            TimeSpan left = _provider.MinInterval - _time.GetElapsedTime(offered);
            bool tipOnly = left > TimeSpan.Zero;
            TimeSpan wait = tipOnly && left < LongestWait ? left : LongestWait;
            NodeResult<NodeTemplate?> next =
                await current.WaitNextAsync(wait, tipOnly ? long.MaxValue : (long)_provider.FeeThreshold, cancellationToken);
            if (!next.TryGet(out NodeTemplate? better, out failure))
                return Over("gives no next template", failure);
            if (better is null)
                continue;
            await OfferAsync(better, isFuture: !HasTip(better) || !better.Data.NBits.Span.SequenceEqual(_nBits.Span), cancellationToken);
            current = better;
            offered = _time.GetTimestamp();
        }
    }

    private bool HasTip(NodeTemplate template) => template.Data.PrevHash.Span.SequenceEqual(_prevHash.Span);

    private bool Over(string what, NodeFailure failure)
    {
        _log.NodeRefused(_link.Name, _link.Id.Value, what, failure.Message);
        End(FailureOf(failure), failure.Message);
        return false;
    }

    private async Task OfferAsync(NodeTemplate template, bool isFuture, CancellationToken cancellationToken)
    {
        ulong id = _ids.Next();
        bool newTip = !HasTip(template);
        (_prevHash, _nBits) = (template.Data.PrevHash, template.Data.NBits);
        IReadOnlyList<NodeTemplate> fallen = _shelf.Add(id, template, newTip);
        if (TemplateMessages.TryNewTemplate(id, isFuture, template.Data, out string reason) is { } message)
        {
            await PostAsync(message, cancellationToken);
            if (isFuture)
                await PostAsync(TemplateMessages.NewPrevHash(id, template.Data), cancellationToken);
        }
        else
        {
            _log.NodeRefused(_link.Name, _link.Id.Value, "gave a template that cannot be mined", reason);
        }

        // After the miners have their work: the node's memory can wait, they cannot.
        foreach (NodeTemplate old in fallen)
            await old.DisposeAsync();
    }

    private async Task AnswerRequestsAsync(CancellationToken cancellationToken)
    {
        await foreach (ulong id in _requests.Reader.ReadAllAsync(cancellationToken))
            await PostAsync(await TransactionsAsync(id, cancellationToken), cancellationToken);
    }

    private async Task<Sv2Message> TransactionsAsync(ulong id, CancellationToken cancellationToken)
    {
        if (!_shelf.TryFind(id, out NodeTemplate? template, out bool isOfTip))
            return new RequestTransactionDataError(id, ErrorCodes.TemplateIdNotFound);
        if (!isOfTip)
            return new RequestTransactionDataError(id, ErrorCodes.StaleTemplateId);
        NodeResult<ReadOnlyMemory<byte>> block = await template.GetBlockAsync(cancellationToken);
        if (!block.TryGet(out ReadOnlyMemory<byte> bytes, out NodeFailure? failure))
        {
            _log.NodeRefused(_link.Name, _link.Id.Value, "gives no transactions", failure.Message);
            return new RequestTransactionDataError(id, ErrorCodes.TemplateIdNotFound);
        }

        return TemplateMessages.TryTransactions(bytes) is { } transactions
            ? new RequestTransactionDataSuccess(id, template.Data.Coinbase.Witness, transactions)
            : new RequestTransactionDataError(id, ErrorCodes.TemplateIdNotFound);
    }

    private ValueTask PostAsync(Sv2Message message, CancellationToken cancellationToken) =>
        _inbox.PostAsync(new CoreEvent.LinkMessage(_link.Id, message), cancellationToken);
}
