using Bitcoin;
using JdClient.Core.Downstream;
using JdClient.Core.Templates;
using JdClient.Core.Upstream;
using Sv2.Channels;
using Sv2.Protocol;
using Sv2.Protocol.Common;
using Sv2.Protocol.Mining;

namespace JdClient.Core;

// The pool (spec 05, client side): one extended channel, opened when there is a miner; custom jobs; answers to shares.
public sealed partial class ChannelManager
{
    private void OnPoolMessage(UpstreamSession session, Sv2Message message)
    {
        switch (session.Pool.Phase)
        {
            case LinkPhase.Connecting or LinkPhase.SettingUp:
                OnSetupAnswer(session, session.Pool, message);
                return;
            case LinkPhase.Negotiating:
                OnExtensionsAnswer(session, message);
                return;
        }

        switch (message)
        {
            case SubmitSharesSuccess success when IsOurs(session, success.ChannelId):
                OnUpstreamAccepted(session, success);
                break;
            case SubmitSharesError error when IsOurs(session, error.ChannelId):
                OnUpstreamRefused(session, error);
                break;
            case SetCustomMiningJobSuccess success:
                OnCustomJobSuccess(session, success);
                break;
            case SetCustomMiningJobError error:
                OnCustomJobError(session, error);
                break;
            case SetTarget target when IsOursOrGroup(session, target.ChannelId):
                OnUpstreamTarget(session, target);
                break;
            case SetExtranoncePrefix prefix when IsOurs(session, prefix.ChannelId):
                OnExtranoncePrefix(session, prefix);
                break;
            case OpenExtendedMiningChannelSuccess success when success.RequestId == session.OpenRequest:
                OnUpstreamChannelOpened(session, success);
                break;
            case OpenMiningChannelError error when error.RequestId == session.OpenRequest:
                Leave(session, UpstreamHealth.Refuses, $"pool refused our channel: {error.ErrorCode}");
                break;
            case CloseChannel close when IsOursOrGroup(session, close.ChannelId):
                Leave(session, UpstreamHealth.Refuses, $"pool closed our channel: {close.ReasonCode}");
                break;
            case SetNewPrevHash prevHash when IsOursOrGroup(session, prevHash.ChannelId):
                OnPoolTip(session, prevHash.PrevHash);
                break;
            case SetGroupChannel group when session.Channel is { } channel && group.ChannelIds.Contains(channel.ChannelId):
                session.GroupChannelId = group.GroupChannelId;
                break;
            case Reconnect reconnect:
                Redirect(session, session.Pool, reconnect);
                break;
            default:
                ReportStray(session, session.Pool, message.GetType().Name, 0);
                break;
        }
    }

    private static bool IsOurs(UpstreamSession session, uint channelId) => session.Channel?.ChannelId == channelId;

    private static bool IsOursOrGroup(UpstreamSession session, uint channelId) =>
        IsOurs(session, channelId) || (session.Channel is not null && session.GroupChannelId == channelId);

    private void OpenUpstreamChannel(UpstreamSession session)
    {
        if (session.OpenRequest is not null)
            return;
        uint request = _context.NewRequest();
        float hashRate = SumOfHashRates();
        session.OpenRequest = request;
        session.ToldHashRate = hashRate;
        session.ToldAt = _context.Now;
        session.OpenDeadline = AwaitAnswer(session, session.Pool, "OpenExtendedMiningChannel.Success", _options.Deadlines.OpenChannel);
        _context.Effects.SendOnLink(session.Pool.Link, new OpenExtendedMiningChannel(
            request, session.Slot.Options.UserIdentity, hashRate, U256.MaxValue, (ushort)NeededGrant()));
    }

    // The largest full extranonce of a connection with channels, and at least the configured one.
    private int NeededGrant()
    {
        int rollable = _options.RollableExtranonceSize;
        foreach (DownstreamSession session in _sessions.Values)
        {
            if (session.Channels.Count > 0)
                rollable = Math.Max(rollable, session.RollableSize.GetValueOrDefault());
        }

        return ExtranonceSizes.LocalPrefix + rollable;
    }

    private void OnUpstreamChannelOpened(UpstreamSession session, OpenExtendedMiningChannelSuccess success)
    {
        session.OpenRequest = null;
        _context.Deadlines.Cancel(session.OpenDeadline);
        var extranonce = new UpstreamExtranonce(success.ExtranoncePrefix, success.ExtranonceSize);
        int needed = NeededGrant();
        if (!extranonce.Grants(needed))
        {
            Leave(
                session,
                UpstreamHealth.Refuses,
                $"pool grants {extranonce.Size} extranonce bytes after a prefix of {extranonce.Prefix.Length}; miners need {needed}");
            return;
        }

        session.GroupChannelId = success.GroupChannelId;
        session.Channel = new UpstreamChannel(success.ChannelId, extranonce, success.Target);
        _context.Report(new CoreReport.UpstreamChannelOpened(
            session.Slot.Id,
            success.ChannelId,
            extranonce.Prefix.Length,
            extranonce.Size,
            success.Target,
            session.Slot.Options.UserIdentity,
            session.ToldHashRate));
        HashRateChanged();
        foreach (Template template in _templates.Future)
            PrepareTransactions(template);
    }

    // Applies to what is sent from now on, so also to custom jobs whose answer is still due: the pool has not taken them
    // before this message. What it has acknowledged keeps the old prefix (spec 05, 5.3.10).
    private void OnExtranoncePrefix(UpstreamSession session, SetExtranoncePrefix message)
    {
        if (!session.Channel!.SetExtranoncePrefix(message.ExtranoncePrefix, NeededGrant()))
        {
            Leave(session, UpstreamHealth.Refuses, $"pool's new prefix of {message.ExtranoncePrefix.Length} bytes leaves no room");
            return;
        }

        _context.Report(new CoreReport.UpstreamPrefixChanged(session.Slot.Id, message.ExtranoncePrefix.Length));
        // A job of a former tip with a block in it waits for its answer outside of the list.
        foreach (PooledJob job in session.Jobs.Union(session.Requests.Values).ToArray())
        {
            if (job.State == PooledJobState.Acknowledged)
                session.Jobs.Remove(job);
            else
                Drop(job, ShareDropCause.JobRefused);
        }

        if (session == _current)
            RenewWork(session);
        else
            _reviewDue = true;
    }

    // New jobs of the same templates.
    private void RenewWork(UpstreamSession session)
    {
        IssueAll();
        NoteSource();
        if (_templates.Active is { } active)
            Offer(session, active);
    }

    private void OnUpstreamAccepted(UpstreamSession session, SubmitSharesSuccess success)
    {
        session.Channel!.Shares.OnSuccess(success);
        _context.Counters.SharesAcceptedUpstream += success.NewSubmitsAcceptedCount;
        _context.Report(new CoreReport.UpstreamSharesAccepted(session.Slot.Id, success.NewSubmitsAcceptedCount, success.NewSharesSum));
    }

    // Every share that was sent had been valid for an acknowledged job. A refusal counts against the pool unless it is a
    // matter of timing: a stale share, a job of a tip that has gone, or a target that became harder since, which some pools
    // apply to the jobs before it too.
    private void OnUpstreamRefused(UpstreamSession session, SubmitSharesError error)
    {
        OutstandingShare? share = session.Channel!.Shares.OnError(error);
        _context.Counters.SharesRejectedUpstream++;
        FallbackOptions fallback = _options.Fallback;
        bool excused = share is not { } known
            || RefusalPolicy.IsExcusedShare(error.ErrorCode)
            || !session.Channel.HasJob(known.JobId)
            || (error.ErrorCode == ErrorCodes.DifficultyTooLow && known.Work < Difficulty.Of(session.Channel.Target));
        while (session.Faults.TryPeek(out DateTimeOffset first) && first + fallback.RejectedShareWindow < _context.Now)
            session.Faults.Dequeue();
        if (!excused)
            session.Faults.Enqueue(_context.Now);
        _context.Report(new CoreReport.UpstreamShareRejected(
            session.Slot.Id, error.SequenceNumber, error.ErrorCode, session.Faults.Count));
        if (session.Faults.Count >= fallback.RejectedShareLimit)
            Leave(session, UpstreamHealth.Misbehaves, $"pool refused {session.Faults.Count} valid shares, the last as {error.ErrorCode}");
    }
}
