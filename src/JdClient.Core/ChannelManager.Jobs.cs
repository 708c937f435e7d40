using JdClient.Core.Downstream;
using JdClient.Core.Templates;
using JdClient.Core.Upstream;
using Sv2.Channels;
using Sv2.Protocol;
using Sv2.Protocol.Mining;

namespace JdClient.Core;

// Making jobs and giving them out: once for each connection on its group channel, for each channel where a connection
// needs standard jobs (reference-behaviour 6.12). A message is on its way before the next one is made.
public sealed partial class ChannelManager
{
    // The work of a template for the present source; for an upstream whose job cannot be made it is solo work.
    private (CoinbaseCut Coinbase, JobOrigin Origin) MakeWork(Template template)
    {
        if (_current is { } session && PooledJobFor(session, template) is { } pooled)
        {
            pooled.Issued = true;
            return (pooled.Coinbase, new JobOrigin(template, session.Slot.Source, pooled));
        }

        return (template.SoloCoinbase, new JobOrigin(template, WorkSource.Solo, null));
    }

    private static bool MayRollVersion(JobOrigin origin) => origin.Pooled is not { Session.FixedVersion: true };

    private Job IssueFuture(Template template)
    {
        (CoinbaseCut coinbase, JobOrigin origin) = MakeWork(template);
        Job job = _jobs.AddFuture(template.Message, coinbase, MayRollVersion(origin), origin);
        BroadcastJob(job);
        ReportIssued(job, origin);
        return job;
    }

    // On a tip that miners know already.
    private void IssueActive(Template template)
    {
        (CoinbaseCut coinbase, JobOrigin origin) = MakeWork(template);
        if (_current is { } session && origin.Pooled is null && IssueAcknowledged(session))
            return;
        GiveToAll(_jobs.AddActive(template.Message, coinbase, MayRollVersion(origin), origin));
    }

    // What miners have will not be acknowledged any more: they go back to what was, otherwise they mine solo until the
    // next template.
    private void ReplaceWork(PooledJob dead)
    {
        if (!dead.Issued || dead.Session != _current || _templates.Active is not { } active || active != dead.Template)
            return;
        if (!IssueAcknowledged(_current))
            GiveToAll(_jobs.AddActive(active.Message, active.SoloCoinbase, source: new JobOrigin(active, WorkSource.Solo, null)));
        NoteSource();
    }

    // The newest work of the tip that the pool stands behind; false when there is none.
    private bool IssueAcknowledged(UpstreamSession session)
    {
        foreach (Job job in _jobs.Live.Reverse())
        {
            if (job.Source is JobOrigin { Pooled: { State: PooledJobState.Acknowledged } pooled }
                && pooled.Session == session
                && _templates.IsOnTip(pooled.Template))
            {
                GiveToAll(_jobs.Reissue(job, NowNTime));
                return true;
            }
        }

        return false;
    }

    private uint NowNTime => (uint)_context.Now.ToUnixTimeSeconds();

    private void GiveToAll(Job job)
    {
        BroadcastJob(job);
        EveryoneHasWork();
        Register(job);
        ReportIssued(job, (JobOrigin)job.Source!);
    }

    // Not every channel has the future jobs of a provider that was not mined from meanwhile.
    private void IssueTip(Template template, Tip tip, bool ofOtherProvider)
    {
        if (ofOtherProvider || !HasFutureJob(template))
            IssueFuture(template);
        if (_jobs.SetTip(tip, template.Id) is { } job)
        {
            BroadcastPrevHash(job);

            // The pool may know it from before, where only its header time is new.
            Register(job);
        }

        EveryoneHasWork();

        // SetNewPrevHash voids what miners had queued, and the store does the same.
        IssueFutures();
    }

    private void IssueFutures()
    {
        foreach (Template future in _templates.Future)
            IssueFuture(future);
    }

    // The whole work again, for another source: the tip stays, so it is just a new job on unchanged channels.
    private void IssueAll()
    {
        if (_templates.Active is { Tip: not null } active)
            IssueActive(active);
        IssueFutures();
    }

    private bool HasFutureJob(Template template)
    {
        foreach (Job job in _jobs.Future)
        {
            if (job.Source is JobOrigin origin && origin.Template == template && origin.IsFor(_current))
                return true;
        }

        return false;
    }

    private void BroadcastJob(Job job)
    {
        // Index: size of the downstream's extranonce. The message is the same for every connection of that size.
        var messages = new NewExtendedMiningJob?[ExtranonceSizes.MaxFull + 1];
        foreach (DownstreamSession session in _sessions.Values)
        {
            if (session.Channels.Count == 0)
                continue;
            if (session.RequiresStandardJobs)
            {
                foreach (MinerChannel channel in session.Channels.Values)
                    SendTo(session, channel.Channel.ToMessage(job));
            }
            else
            {
                ref NewExtendedMiningJob? message = ref messages[session.ExtranonceSize];
                message ??= job.ToExtended(DownstreamSession.GroupChannelId, session.ExtranonceSize);
                SendTo(session, message);
            }
        }
    }

    private void BroadcastPrevHash(Job job)
    {
        SetNewPrevHash message = job.ToSetNewPrevHash(DownstreamSession.GroupChannelId);
        foreach (DownstreamSession session in _sessions.Values)
        {
            if (session.Channels.Count == 0)
                continue;
            if (session.RequiresStandardJobs)
            {
                foreach (uint channel in session.Channels.Keys)
                    SendTo(session, message with { ChannelId = channel });
            }
            else
            {
                SendTo(session, message);
            }
        }
    }

    private void ReportIssued(Job job, JobOrigin origin) =>
        _context.Report(new CoreReport.JobIssued(
            job.Id, origin.Template.Link, job.TemplateId, origin.Source, job.Tip is null, _channelCount));

    private void SendTo(DownstreamSession session, Sv2Message message) => _context.Effects.SendToMiner(session.Id, message);
}
