using System.Collections.Immutable;
using Bitcoin;
using JdClient.Core.Templates;
using JdClient.Core.Upstream;
using Sv2.Protocol.TemplateDistribution;

namespace JdClient.Core;

// The transactions of templates (spec 07, 7.4 to 7.6), for declarations and for the journal.
public sealed partial class ChannelManager
{
    // Transactions of the template that was answered last: most of the next one's are among them and share their memory.
    private Dictionary<U256, ReadOnlyMemory<byte>> _knownTransactions = [];

    private void RequestTransactions(Template template)
    {
        if (template.TransactionsState != TransactionsState.Unknown || !ProviderIsConnected || template.Link != _providerLink)
            return;
        template.TransactionsState = TransactionsState.Requested;
        template.TransactionsDeadline = _context.After(_options.Deadlines.TransactionData, () => OnTransactionDataTimeout(template));
        SendToProvider(new RequestTransactionData(template.Id));
    }

    private void OnTransactionDataTimeout(Template template)
    {
        if (_providerLink is { } link && _templates.Find(template.Id) == template)
        {
            _context.Report(new CoreReport.DeadlineMissed(
                link,
                LinkRole.TemplateProvider,
                template.ProviderIndex,
                "RequestTransactionData.Success",
                _options.Deadlines.TransactionData));
        }

        RefuseTransactions(template);

        // It may only have been slow: an upstream that needs them asks again.
        template.TransactionsState = TransactionsState.Unknown;
    }

    private void OnTransactionData(RequestTransactionDataSuccess data)
    {
        if (_templates.Find(data.TemplateId) is not { TransactionsState: TransactionsState.Requested } template)
        {
            ReportProviderStray(nameof(RequestTransactionDataSuccess), data.TemplateId);
            return;
        }

        int count = data.TransactionList.Length;
        var transactions = new ReadOnlyMemory<byte>[count];
        var wtxids = new U256[count];
        var known = new Dictionary<U256, ReadOnlyMemory<byte>>(count);
        for (int i = 0; i < count; i++)
        {
            // The wtxid is the hash of the whole serialization; more of a transaction need not be known (spec 07, 7.5).
            ReadOnlyMemory<byte> transaction = data.TransactionList[i];
            U256 wtxid = Sha256d.Hash(transaction.Span);
            transactions[i] = _knownTransactions.TryGetValue(wtxid, out ReadOnlyMemory<byte> shared) ? shared : transaction;
            wtxids[i] = wtxid;
            known[wtxid] = transactions[i];
        }

        _knownTransactions = known;
        _context.Deadlines.Cancel(template.TransactionsDeadline);
        template.TransactionsState = TransactionsState.Known;
        template.Transactions = ImmutableArray.Create(transactions);
        template.Wtxids = ImmutableArray.Create(wtxids);
        template.ExcessData = data.ExcessData;
        foreach (UpstreamSlot slot in _upstreams)
        {
            if (slot.Session is { } session)
                Advance(session);
        }
    }

    // Stale or not found: a newer template is on its way. Only this template's declaration is over.
    private void OnTransactionDataError(RequestTransactionDataError error)
    {
        if (_templates.Find(error.TemplateId) is not { TransactionsState: TransactionsState.Requested } template)
        {
            ReportProviderStray(nameof(RequestTransactionDataError), error.TemplateId);
            return;
        }

        _context.Report(new CoreReport.TransactionDataRefused(template.ProviderIndex, template.Id, error.ErrorCode));
        RefuseTransactions(template);
    }

    private void RefuseTransactions(Template template)
    {
        _context.Deadlines.Cancel(template.TransactionsDeadline);
        template.TransactionsState = TransactionsState.Refused;
        if (_options.Mode != MiningMode.FullTemplate)
            return;
        foreach (UpstreamSlot slot in _upstreams)
        {
            if (slot.Session?.FindJob(template) is not { State: PooledJobState.Waiting } job)
                continue;
            Drop(job, ShareDropCause.JobRefused);
            ReplaceWork(job);
        }
    }

    // The provider is gone: what was asked for does not come.
    private void RefuseRequestedTransactions()
    {
        foreach (Template template in _templates.Live.Concat(_templates.Future).ToArray())
        {
            if (template.TransactionsState == TransactionsState.Requested)
                RefuseTransactions(template);
        }
    }
}
