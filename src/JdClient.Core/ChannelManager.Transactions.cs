using System.Collections.Immutable;
using Bitcoin;
using JdClient.Core.Templates;
using JdClient.Core.Upstream;
using Sv2.Protocol.TemplateDistribution;

namespace JdClient.Core;

// The transactions of templates (spec 07, 7.4 to 7.6), for declarations and for the journal. Asked for what is mined and,
// where they are declared, for the next tip; a standby provider's are asked for when it takes over.
public sealed partial class ChannelManager
{
    // So often they are asked for again, for a block that waits for them.
    private const int MostRefusals = 3;

    // Transactions of the template that was answered last: most of the next one's are among them and share their memory.
    private Dictionary<U256, ReadOnlyMemory<byte>> _knownTransactions = [];

    private void RequestTransactions(Template template)
    {
        if (template.TransactionsState != TransactionsState.Unknown
            || !_providerLinks.TryGetValue(template.Link, out ProviderSession? session)
            || !session.IsConnected)
        {
            return;
        }

        if (session.Requests.Count >= _options.Limits.TransactionRequests)
            ForgetRequest(session);
        session.Requests[template.Id] = template;
        template.Data.State = TransactionsState.Requested;
        template.Data.Deadline = _context.After(
            _options.Deadlines.TransactionData, () => OnTransactionDataTimeout(session, template));
        _context.Effects.SendOnLink(session.Link, new RequestTransactionData(template.Id));
    }

    // A block waits for them, and the refusal may have been of the moment, or our own for want of room.
    private void RequestTransactionsAgain(Template template)
    {
        if (template.TransactionsState == TransactionsState.Refused
            && _providerLinks.TryGetValue(template.Link, out ProviderSession? session)
            && session.IsConnected)
        {
            _context.Deadlines.Cancel(template.Data.Deadline);
            template.Data.State = TransactionsState.Unknown;
        }

        RequestTransactions(template);
    }

    private void ForgetRequest(ProviderSession session)
    {
        Template oldest =
            session.Requests.Values.FirstOrDefault(static template => !template.Data.HasBlock) ?? session.Requests.GetAt(0).Value;
        session.Requests.Remove(oldest.Id);
        oldest.Data.Overdue++;
        RefuseTransactions(oldest);
    }

    // Of a template that was replaced by a newer tip they are of use only for a block that was found.
    private bool IsOfUse(ProviderSession session, Template template) =>
        template.Data.HasBlock || _templates.IsOnTip(template) || session.Templates.Find(template.Id)?.Data == template.Data;

    private void OnTransactionDataTimeout(ProviderSession session, Template template)
    {
        session.Requests.Remove(template.Id);
        template.Data.Overdue++;
        if (IsOfUse(session, template))
        {
            _context.Report(new CoreReport.DeadlineMissed(
                session.Link,
                LinkRole.TemplateProvider,
                template.ProviderIndex,
                "RequestTransactionData.Success",
                _options.Deadlines.TransactionData));
        }

        if (session == _provider)
            MineWhole(session);
        RefuseTransactions(template);

        // It may only have been slow: who needs them asks again.
        template.Data.State = TransactionsState.Unknown;
        if (HasIncompleteBlock(template))
            RequestTransactions(template);
    }

    private void OnTransactionData(ProviderSession session, RequestTransactionDataSuccess data)
    {
        bool ofFormer = session.FormerRequests.Contains(data.TemplateId);
        if (TakeFormerTransactions(session, data))
            return;
        if (!session.Requests.Remove(data.TemplateId, out Template? template))
        {
            if (!ofFormer)
                OnLateTransactionData(session, data);
            return;
        }

        _context.Deadlines.Cancel(template.Data.Deadline);
        if (!IsOfUse(session, template))
        {
            template.Data.State = TransactionsState.Unknown;
            return;
        }

        TakeTransactions(template.Data, data);
        CompleteBlocks(template);
        foreach (UpstreamSlot slot in _upstreams)
        {
            if (slot.Session is { } upstream)
                Advance(upstream);
        }
    }

    // After their request was given up. They are as good as in time: for a block that is found later, and for whoever would ask again.
    private void OnLateTransactionData(ProviderSession session, RequestTransactionDataSuccess data)
    {
        if (TakeOverdue(session, data.TemplateId) is not { TransactionsState: not TransactionsState.Known } template)
        {
            ReportProviderStray(session, nameof(RequestTransactionDataSuccess), data.TemplateId);
            return;
        }

        TakeTransactions(template.Data, data);
        CompleteBlocks(template);
    }

    // The template of a request that was given up before its answer came; null for an answer that is not due.
    private static Template? TakeOverdue(ProviderSession session, ulong id)
    {
        if (session.Templates.Find(id) is not { Data.Overdue: > 0 } template)
            return null;
        template.Data.Overdue--;
        return template;
    }

    // A block of a template whose transactions do not come reaches nobody but its provider, which is gone or does not answer.
    // Miners go back to the provider's newest template of the tip that can be published whole.
    private void MineWhole(ProviderSession session)
    {
        if (_jobs.Active?.Source is not JobOrigin { Template: { TransactionsState: not TransactionsState.Known } mined }
            || mined.Link != session.Link)
        {
            return;
        }

        Template? whole = session.Templates.Live.LastOrDefault(
            template => template.TransactionsState == TransactionsState.Known && _templates.IsOnTip(template));
        if (whole is not null)
            Mine(whole, ofFuture: false);
    }

    private void TakeTransactions(TemplateTransactions taken, RequestTransactionDataSuccess data)
    {
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
        taken.State = TransactionsState.Known;
        taken.List = ImmutableArray.Create(transactions);
        taken.Wtxids = ImmutableArray.Create(wtxids);
        taken.ExcessData = data.ExcessData;
    }

    // Stale or not found: a newer template is on its way. Only this template's declaration is over; not even that where an
    // answer to a former request is due as well: this is taken for it, and the other one is waited for.
    private void OnTransactionDataError(ProviderSession session, RequestTransactionDataError error)
    {
        if (session.FormerRequests.Remove(error.TemplateId))
        {
            _context.Report(new CoreReport.TransactionDataRefused(session.Slot.Index, error.TemplateId, error.ErrorCode));
            return;
        }

        if (!session.Requests.TryGetValue(error.TemplateId, out Template? template))
        {
            TakeOverdue(session, error.TemplateId);
            ReportProviderStray(session, nameof(RequestTransactionDataError), error.TemplateId);
            return;
        }

        _context.Report(new CoreReport.TransactionDataRefused(template.ProviderIndex, template.Id, error.ErrorCode));
        if (template.Data.Overdue > 0)
        {
            template.Data.Overdue--;
            return;
        }

        session.Requests.Remove(template.Id);
        RefuseTransactions(template);
        if (!HasIncompleteBlock(template) || ++template.Data.Refusals > MostRefusals)
            return;
        template.Data.Deadline = _context.After(_options.Deadlines.TransactionData, () =>
        {
            if (template.TransactionsState == TransactionsState.Refused && HasIncompleteBlock(template))
                RequestTransactionsAgain(template);
        });
    }

    private void RefuseTransactions(Template template)
    {
        _context.Deadlines.Cancel(template.Data.Deadline);
        template.Data.State = TransactionsState.Refused;
        if (_options.Mode != MiningMode.FullTemplate)
            return;
        foreach (UpstreamSlot slot in _upstreams)
        {
            foreach (PooledJob job in slot.Session?.Jobs.ToArray() ?? [])
            {
                if (job.State != PooledJobState.Waiting || job.Template.Data != template.Data)
                    continue;
                Drop(job, ShareDropCause.JobRefused);
                ReplaceWork(job);
            }
        }
    }
}
