using JdClient.Core.Engine;
using JdClient.Core.Templates;
using JdClient.Core.Upstream;
using Sv2.Channels;
using Sv2.Protocol.Mining;

namespace JdClient.Core;

// A template's way to a job that the pool pays: token, declaration, SetCustomMiningJob; and what a refusal leads to
// (design principle 7). Tokens are bound when the declaration is sent.
public sealed partial class ChannelManager
{
    // The job of a template for an upstream, made if there is none; null when it cannot be made (yet).
    private PooledJob? PooledJobFor(UpstreamSession session, Template template)
    {
        if (session.Condemned is not null || session.Channel is null)
            return null;
        return session.FindJob(template)
            ?? StillAcknowledged(session, template)
            ?? (CanBeDeclared(template) && OutputsFor(session, template) is { } outputs ? MakePooledJob(session, template, outputs) : null);
    }

    // It had to make room in the list, but miners have had it on this tip, and to the pool it is good.
    private PooledJob? StillAcknowledged(UpstreamSession session, Template template)
    {
        foreach (Job job in _jobs.Live)
        {
            if (job.Source is JobOrigin { Pooled: { State: PooledJobState.Acknowledged } pooled }
                && pooled.Session == session
                && pooled.Template == template
                && pooled.Coinbase.Extranonce.Prefix.Span.SequenceEqual(session.Channel!.Extranonce.Prefix.Span))
            {
                return pooled;
            }
        }

        return null;
    }

    private bool CanBeDeclared(Template template) =>
        _options.Mode != MiningMode.FullTemplate || template.TransactionsState != TransactionsState.Refused;

    // Those of the next token, if the template has room for them, otherwise those that were paid last.
    private static PoolOutputs? OutputsFor(UpstreamSession session, Template template)
    {
        if (session.Tokens.Outputs is { } next && template.Room.Covers(next.Room))
            return next;
        return session.PaidOutputs is { } paid && template.Room.Covers(paid.Room) ? paid : null;
    }

    private PooledJob? MakePooledJob(UpstreamSession session, Template template, PoolOutputs outputs)
    {
        CoinbaseError error = CoinbaseCut.TryCreate(
            template.Message, outputs.Rewards, _tag, session.Channel!.Extranonce, default, out CoinbaseCut? coinbase);
        if (coinbase is null)
        {
            Condemn(session, UpstreamHealth.Refuses, $"no coinbase can be made with the pool's outputs and extranonce: {error}");
            return null;
        }

        var job = new PooledJob(session, template, outputs, coinbase);
        while (session.Jobs.Count >= MostJobs)
            Forget(Least(session), ShareDropCause.TooManyJobs);
        session.Jobs.Add(job);
        session.PaidOutputs = outputs;
        return job;
    }

    private int MostJobs => _options.Limits.TemplatesPerTip + _options.Limits.FutureTemplates;

    // What an upstream's list of jobs loses least by: nothing by an acknowledged one, whose shares go out all the same.
    private static PooledJob Least(UpstreamSession session) =>
        session.Jobs.Find(static job => job.State == PooledJobState.Acknowledged)
        ?? session.Jobs.Find(static job => job.State is PooledJobState.Waiting or PooledJobState.Superseded)
        ?? session.Jobs[0];

    // The template is what this upstream is to be mined for now, or is to be switched to.
    private void Offer(UpstreamSession session, Template template)
    {
        if (PooledJobFor(session, template) is not { } offered)
            return;

        // Jobs that no miner has are overtaken by a newer one.
        foreach (PooledJob job in session.Jobs.ToArray())
        {
            if (job != offered && !job.Issued && job.State == PooledJobState.Waiting && job.Template.Tip is not null)
                Drop(job, ShareDropCause.JobRefused);
        }

        PrepareTransactions(template);
        Advance(session);
    }

    // Sends what can be sent: the newest job first, as long as there are tokens and not too much is out.
    private void Advance(UpstreamSession session)
    {
        while (!session.IsClosed
            && session.Condemned is null
            && session.InFlight < _options.Limits.DeclarationsInFlight
            && session.Requests.Count < _options.Limits.DeclarationsAwaited
            && NextToDeclare(session) is { } job)
        {
            if (session.Tokens.Peek() is not { } token)
            {
                EnsureTokens(session);
                if (!job.TokenAwaited)
                    _context.Report(new CoreReport.TokenAwaited(session.Slot.Id, job.Template.Id));
                job.TokenAwaited = true;
                return;
            }

            if (!token.Outputs.Equals(job.Outputs))
            {
                Remake(session, job, token.Outputs);
                continue;
            }

            session.Tokens.Take();
            EnsureTokens(session);
            if (_options.Mode == MiningMode.FullTemplate)
                SendDeclaration(session, job, token);
            else
                RequestCustomJob(session, job, token.Value);
        }
    }

    private PooledJob? NextToDeclare(UpstreamSession session)
    {
        // Jobs left over from when it had the work.
        if (session != _current && session.CandidateSince is null)
            return null;
        for (int i = session.Jobs.Count - 1; i >= 0; i--)
        {
            PooledJob job = session.Jobs[i];
            if (job.State == PooledJobState.Waiting
                && job.NotBefore <= _context.Now
                && _templates.IsOnTip(job.Template)
                && (_options.Mode != MiningMode.FullTemplate || job.Template.TransactionsState == TransactionsState.Known))
            {
                return job;
            }
        }

        return null;
    }

    // The pool wants other outputs than the job pays: another job of the same template, or the one that paid them before,
    // whose shares still wait. Without room for them in the template the next one is waited for; it has been asked for with
    // the new constraints.
    private void Remake(UpstreamSession session, PooledJob job, PoolOutputs outputs)
    {
        Template template = job.Template;
        if (job.Renews is not null)
        {
            Drop(job, ShareDropCause.JobRefused);
            return;
        }

        if (!template.Room.Covers(outputs.Room))
        {
            Drop(job, ShareDropCause.JobRefused);
            ReplaceWork(job);
            return;
        }

        if (job.Issued)
            job.State = PooledJobState.Superseded;
        else
            Drop(job, ShareDropCause.JobRefused);
        if (session.Revive(template, outputs) is null && MakePooledJob(session, template, outputs) is null)
            return;
        if (job.Issued && session == _current && _templates.Active == template)
        {
            IssueActive(template);
            NoteSource();
        }
    }

    private void RequestCustomJob(UpstreamSession session, PooledJob job, ReadOnlyMemory<byte> token)
    {
        Template template = job.Template;
        Tip tip = template.Tip!;
        TimeSpan wait = _options.Deadlines.CustomJob;
        uint request = Send(session, job, PooledJobState.RequestingJob, session.Pool, "SetCustomMiningJob.Success", wait);
        _context.Effects.SendOnLink(session.Pool.Link, new SetCustomMiningJob(
            session.Channel!.ChannelId,
            request,
            token,
            template.Message.Version,
            tip.PrevHash,
            tip.MinNTime,
            tip.NBits,
            job.Coinbase.TxVersion,
            job.Coinbase.CustomJobPrefix,
            job.Coinbase.InputSequence,
            job.Coinbase.CustomJobOutputs,
            job.Coinbase.Locktime,
            template.Message.MerklePath));
        _context.Report(new CoreReport.CustomJobSent(session.Slot.Id, template.Id, request));
    }

    private void OnCustomJobSuccess(UpstreamSession session, SetCustomMiningJobSuccess success)
    {
        if (!IsOurs(session, success.ChannelId) || Answered(session, success.RequestId, PooledJobState.RequestingJob) is not { } job)
        {
            ReportStray(session, session.Pool, nameof(SetCustomMiningJobSuccess), success.RequestId);
            return;
        }

        if (job.State == PooledJobState.RequestingJob)
        {
            job.State = PooledJobState.Acknowledged;
            session.StaleSince = null;
            job.UpstreamJobId = success.JobId;
            job.UpstreamTarget = session.Channel!.Target;
            if (job.Renews is { } former)
                TakePlace(job, former);
            foreach (Job live in _jobs.Live)
                Register(live);
            int sent = FlushCache(job);
            _context.Counters.JobsAcknowledged++;
            _context.Report(new CoreReport.CustomJobAcknowledged(
                session.Slot.Id, job.Template.Link, job.Template.Id, success.JobId, _context.Now - job.SentAt, sent));
            if (session.CandidateSince is not null && _templates.IsOnTip(job.Template))
                SwitchTo(session);
        }

        Advance(session);
    }

    // A job that miners have, and that the pool has acknowledged: shares for it can go out.
    private static void Register(Job job)
    {
        if (job is { Tip: not null, Source: JobOrigin { Pooled: { State: PooledJobState.Acknowledged } pooled } }
            && pooled.Session is { IsClosed: false, Channel: { } channel }
            && !channel.HasJob(job.Id))
        {
            channel.AddJob(pooled.UpstreamJobId, job, pooled.UpstreamTarget);
        }
    }

    private void OnCustomJobError(UpstreamSession session, SetCustomMiningJobError error)
    {
        if (Answered(session, error.RequestId, PooledJobState.RequestingJob) is not { } job)
        {
            ReportStray(session, session.Pool, nameof(SetCustomMiningJobError), error.RequestId);
            return;
        }

        RefusalDecision decision = Decide(job, error.ErrorCode);
        _context.Report(new CoreReport.CustomJobRefused(session.Slot.Id, job.Template.Id, error.ErrorCode, decision));
        Follow(session, job, decision, $"pool refused a job: {error.ErrorCode}");
    }

    // Stale on our own present tip: the pool's node is behind or ahead; both pass, so it is asked again, up to a limit.
    private RefusalDecision Decide(PooledJob job, string code)
    {
        RefusalClass refusal = RefusalPolicy.Classify(code);
        if (refusal == RefusalClass.Stale)
            _context.Counters.JobsCalledStale++;
        else
            _context.Counters.JobsRefused++;
        if (job.State == PooledJobState.Dropped || !_templates.IsOnTip(job.Template))
            return RefusalDecision.DropStale;
        if (job.Renews is not null)
            return RefusalDecision.KeepPresent;
        if (refusal == RefusalClass.Stale)
        {
            DateTimeOffset since = job.Session.StaleSince ??= _context.Now;
            DoubtProvider();
            return _context.Now - since > _options.Fallback.StaleLimit ? RefusalDecision.LeaveUpstream : RefusalDecision.RetryLater;
        }

        if (refusal == RefusalClass.Refused || ++job.Refusals > _options.Fallback.RefusalRetries)
            return RefusalDecision.LeaveUpstream;
        return refusal == RefusalClass.Token ? RefusalDecision.NewToken : RefusalDecision.RetryLater;
    }

    private void Follow(UpstreamSession session, PooledJob job, RefusalDecision decision, string reason)
    {
        FallbackOptions fallback = _options.Fallback;
        switch (decision)
        {
            case RefusalDecision.LeaveUpstream:
                Leave(session, UpstreamHealth.Refuses, reason);
                return;
            case RefusalDecision.RetryLater:
                TimeSpan pause = RetryDelay.After(++job.Retries, fallback.RefusalRetryBase, fallback.RefusalRetryMax);
                job.State = PooledJobState.Waiting;
                job.NotBefore = _context.Now + _context.Jitter.Around(pause, fallback.Jitter);
                job.Deadline = _context.Deadlines.Set(job.NotBefore, () => Advance(session));
                break;
            case RefusalDecision.NewToken:
                job.State = PooledJobState.Waiting;
                break;
            case RefusalDecision.KeepPresent:
                Drop(job, ShareDropCause.JobRefused);
                break;
            default:
                Drop(job, ShareDropCause.TipChanged);
                break;
        }

        Advance(session);
    }

    // It comes to nothing. If its answer is still due, it is awaited and then ignored.
    private void Drop(PooledJob job, ShareDropCause cause)
    {
        if (job.State == PooledJobState.Waiting)
            _context.Deadlines.Cancel(job.Deadline);
        job.State = PooledJobState.Dropped;
        job.Session.Jobs.Remove(job);
        DropCached(job, cause);
    }

    // No longer looked for. What the pool has acknowledged stays good, and a block waits for its answer.
    private void Forget(PooledJob job, ShareDropCause cause)
    {
        bool awaitsAnswer = job.State is PooledJobState.Declaring or PooledJobState.RequestingJob;
        if (job.State == PooledJobState.Acknowledged || (awaitsAnswer && job.Blocks.Count > 0))
            job.Session.Jobs.Remove(job);
        else
            Drop(job, cause);
    }

    // The tip has changed, and the store of jobs with it.
    private void LeaveTip(UpstreamSession session)
    {
        foreach (PooledJob job in session.Jobs.ToArray())
        {
            bool isFuture = job.Template.Tip is null && _templates.Future.Contains(job.Template);
            if (isFuture || _templates.IsOnTip(job.Template))
                continue;
            Forget(job, ShareDropCause.TipChanged);
        }

        Dropped(session, session.Cache.Clear(), ShareDropCause.TipChanged);
        if (_templates.Active?.Tip is { } tip)
            session.Channel?.SetTip(tip.PrevHash);
    }
}
