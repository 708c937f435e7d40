using JdClient.Core.Templates;
using JdClient.Core.Upstream;
using Sv2.Channels;
using Sv2.Protocol.TemplateDistribution;

namespace JdClient.Core;

// NewTemplate and SetNewPrevHash of a provider (spec 07): by template id, never mixing tips. Those of a provider that is
// not mined from are only kept.
public sealed partial class ChannelManager
{
    private void OnNewTemplate(ProviderSession session, NewTemplate message)
    {
        // Sent again: a second job of it would take the first one's acknowledgement, and shares for the first were lost.
        if (session.Templates.Find(message.TemplateId) is not null)
        {
            ReportProviderStray(session, nameof(NewTemplate), message.TemplateId);
            return;
        }

        int provider = session.Slot.Index;
        _context.Counters.Templates++;
        _context.Report(new CoreReport.TemplateReceived(
            provider, message.TemplateId, message.FutureTemplate, message.CoinbaseTxValueRemaining));
        if (message.FutureTemplate || session.RoomKept == default)
            session.RoomKept = session.RoomSent;

        CoinbaseError error = CoinbaseCut.TryCreate(
            message, _soloRewards, _tag, UpstreamExtranonce.Solo, default, out CoinbaseCut? coinbase);
        if (coinbase is null)
        {
            _context.Report(new CoreReport.TemplateRefused(provider, message.TemplateId, $"no coinbase can be made: {error}"));
            return;
        }

        var template = new Template(message, coinbase, provider, session.Link, session.RoomKept, _context.Now);

        // Without its tip a template that is not a future one cannot be placed yet: it waits like one.
        if (!message.FutureTemplate && session.Templates.AnnouncedTip is { } tip)
        {
            if (session.Templates.IsOfAnnouncedTip(template))
            {
                Place(session, template, tip);
                return;
            }

            // On the announced prev-hash its blocks would be invalid. The answer to constraints comes with its own.
            _context.Report(new CoreReport.TemplateRefused(
                provider,
                message.TemplateId,
                $"its prev-hash has not come: it is of height {template.Height}, the tip's are of {session.Templates.Newest?.Height}"));
            AskForTemplate(session);
        }

        session.Templates.AddFuture(template);
        if (session != _provider)
            return;
        IssueFuture(template);
        PrepareTransactions(template);
    }

    private void OnTemplateSetNewPrevHash(ProviderSession session, SetNewPrevHash message)
    {
        var tip = Tip.From(message);
        bool sameTip = tip.IsSame(_templates.Active?.Tip);
        Template? template = session.Templates.Find(message.TemplateId);

        // Named once more it keeps its time: shares from then on are valid, and the pool may not have been asked for the job yet.
        if (template?.Tip is { } known && tip.IsSame(known))
            Place(session, template, known);
        else if (template is not null)
            Place(session, template.Tip is null ? template : template.ForAnotherTip(), tip);

        _context.Counters.Tips++;
        _context.Report(new CoreReport.TipChanged(
            session.Slot.Index, message.TemplateId, message.PrevHash, message.NBits, sameTip, session != _provider));
        ConfirmBlock(session, message.PrevHash);
        if (template is not null)
            return;

        // The tip is known and its template is not: miners stay where they are until one comes, which is asked for.
        ReportProviderStray(session, nameof(SetNewPrevHash), message.TemplateId);
        session.Templates.Announce(tip);
        AskForTemplate(session);
    }

    private void Place(ProviderSession session, Template template, Tip tip)
    {
        bool ofFuture = template.Tip is null && template.Message.FutureTemplate;
        session.Templates.Place(template, tip);
        if (session == _provider)
            Mine(template, ofFuture);
        ProviderDelivered(session);
    }

    // Miners first, then everybody else.
    private void Mine(Template template, bool ofFuture, bool ofOtherProvider = false)
    {
        Tip tip = template.Tip!;
        bool newTip = !_templates.IsOnTip(template);
        _templates.Mine(template, _context.Now);

        // Another provider of the same block may name a later header time, which the pool then holds shares to.
        if (newTip || ofFuture || tip != _jobs.Tip)
        {
            IssueTip(template, tip, ofOtherProvider);
        }
        else
        {
            IssueActive(template);
            if (ofOtherProvider)
                IssueFutures();
        }

        NoteSource();
        OpenPendingChannels();

        foreach (UpstreamSlot slot in _upstreams)
        {
            if (slot.Session is not { } session)
                continue;
            if (newTip)
                LeaveTip(session);
            if (session == _current)
                Offer(session, template);
        }

        // In every mode: the journal can hold a whole block only if its transactions are known (design §7).
        RequestTransactions(template);
        _reviewDue = true;
    }

    private bool IsDeclaringTransactions => _options.Mode == MiningMode.FullTemplate
        && (_current is not null || _upstreams.Any(static slot => slot.Session is { Channel: not null }));

    private void PrepareTransactions(Template template)
    {
        if (IsDeclaringTransactions)
            RequestTransactions(template);
    }
}
