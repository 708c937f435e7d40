using JdClient.Core.Templates;
using JdClient.Core.Upstream;
using Sv2.Channels;
using Sv2.Protocol.TemplateDistribution;

namespace JdClient.Core;

// NewTemplate and SetNewPrevHash of the provider (spec 07): by template id, never mixing tips.
public sealed partial class ChannelManager
{
    private void OnNewTemplate(NewTemplate message)
    {
        if (_providerLink is not { } link || _provider is not { } provider)
            return;

        // Sent again: a second job of it would take the first one's acknowledgement, and shares for the first were lost.
        if (_templates.Find(message.TemplateId) is not null)
        {
            ReportProviderStray(nameof(NewTemplate), message.TemplateId);
            return;
        }

        _context.Counters.Templates++;
        _context.Report(new CoreReport.TemplateReceived(
            provider.Index, message.TemplateId, message.FutureTemplate, message.CoinbaseTxValueRemaining));
        if (message.FutureTemplate || _roomKept == default)
            _roomKept = _roomSent;

        CoinbaseError error = CoinbaseCut.TryCreate(
            message, _soloRewards, _tag, UpstreamExtranonce.Solo, default, out CoinbaseCut? coinbase);
        if (coinbase is null)
        {
            _context.Report(new CoreReport.TemplateRefused(provider.Index, message.TemplateId, $"no coinbase can be made: {error}"));
            return;
        }

        var template = new Template(message, coinbase, provider.Index, link, _roomKept, _context.Now);

        // Without a tip of this connection a template that is not a future one cannot be placed yet: it waits like one.
        if (message.FutureTemplate || _templates.AnnouncedTip is not { } tip)
        {
            _templates.AddFuture(template);
            IssueFuture(template);
            PrepareTransactions(template);
        }
        else
        {
            Mine(template, tip);
        }
    }

    private void OnTemplateSetNewPrevHash(SetNewPrevHash message)
    {
        if (_provider is not { } provider)
            return;
        var tip = Tip.From(message);
        bool sameTip = tip.IsSame(_templates.Active?.Tip);
        Template? template = _templates.Find(message.TemplateId);
        if (template is not null)
            Mine(template.Tip is null || tip.IsSame(template.Tip) ? template : template.ForAnotherTip(), tip);

        _context.Counters.Tips++;
        _context.Report(new CoreReport.TipChanged(provider.Index, message.TemplateId, message.PrevHash, message.NBits, sameTip));
        ConfirmBlock(message.PrevHash);
        if (template is not null)
            return;

        // The tip is known and its template is not: miners stay where they are until one comes, which is asked for.
        ReportProviderStray(nameof(SetNewPrevHash), message.TemplateId);
        _templates.Announce(tip);
        AskForTemplate();
    }

    // Miners first, then everybody else.
    private void Mine(Template template, Tip tip)
    {
        bool wasFuture = template.Tip is null && template.Message.FutureTemplate;
        bool newTip = !tip.IsSame(_templates.Active?.Tip);
        _templates.Activate(template, tip, _context.Now);
        if (newTip || wasFuture)
            IssueTip(template, tip);
        else
            IssueActive(template);
        NoteSource();
        ProviderDelivered();
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
