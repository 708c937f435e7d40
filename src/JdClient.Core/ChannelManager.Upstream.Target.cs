using Bitcoin;
using JdClient.Core.Upstream;
using Sv2.Channels;
using Sv2.Protocol.Mining;

namespace JdClient.Core;

// The pool's target for our channel (spec 05, 5.3.21): it counts for jobs to come, those that the pool has acknowledged keep
// theirs. The next template may be far away; until then a pool that has made it much harder would be flooded, and one that
// has made it much easier would get too little. So it is asked to take the present job again, under the new target. Miners
// have that job already and hear nothing of it.
public sealed partial class ChannelManager
{
    private void OnUpstreamTarget(UpstreamSession session, SetTarget message)
    {
        session.Channel!.SetTarget(message.MaximumTarget);
        _context.Report(new CoreReport.UpstreamTargetChanged(session.Slot.Id, message.MaximumTarget));
        FollowTarget(session);
    }

    // At most one at a time, one in an interval, and never with the last token or in the last place of the list: the next
    // template needs it more.
    private void FollowTarget(UpstreamSession session)
    {
        if (session != _current
            || session.Channel is not { } channel
            || _templates.Active is not { } active
            || session.FindJob(active) is not { State: PooledJobState.Acknowledged } job
            || !IsOutgrown(job, channel.Target)
            || session.Jobs.Exists(static other => other.Renews is not null)
            || session.Jobs.Count >= MostJobs
            || (session.Tokens.Count < 2 && _options.Limits.TokenStock > 1))
        {
            return;
        }

        if (session.RenewedAt + _options.Limits.ReissueInterval is { } allowed && allowed > _context.Now)
        {
            _context.Deadlines.Cancel(session.RenewDeadline);
            session.RenewDeadline = _context.Deadlines.Set(allowed, () => FollowTarget(session));
            return;
        }

        session.RenewedAt = _context.Now;
        session.Jobs.Add(new PooledJob(session, active, job.Outputs, job.Coinbase) { Renews = job });
        Advance(session);
    }

    private bool IsOutgrown(PooledJob job, U256 target)
    {
        double before = Difficulty.Of(job.UpstreamTarget);
        double now = Difficulty.Of(target);
        double factor = _options.Limits.ReissueFactor;
        return now >= before * factor || now * factor <= before;
    }

    // The pool has taken the job again: shares go out under its new id and target from now on.
    private void TakePlace(PooledJob renewal, PooledJob job)
    {
        renewal.Session.Jobs.Remove(renewal);
        job.UpstreamJobId = renewal.UpstreamJobId;
        job.UpstreamTarget = renewal.UpstreamTarget;
        if (!_templates.IsOnTip(job.Template))
            return;
        foreach (Job live in _jobs.Live)
        {
            if (live is { Tip: not null, Source: JobOrigin origin } && origin.Pooled == job)
                job.Session.Channel!.AddJob(job.UpstreamJobId, live, job.UpstreamTarget);
        }
    }
}
