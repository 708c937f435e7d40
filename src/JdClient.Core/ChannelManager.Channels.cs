using JdClient.Core.Downstream;
using JdClient.Core.Upstream;
using Sv2.Channels;
using Sv2.Protocol;
using Sv2.Protocol.Mining;

namespace JdClient.Core;

// Downstream channels: opening with the newest work, updating, closing (reference-behaviour 6.5 to 6.8 and 10.1).
public sealed partial class ChannelManager
{
    private readonly ExtranonceAllocator _extranonces = new();

    private int _channelCount;
    private int _extendedCount;
    private int _pendingOpens;

    private void OnOpenChannel(DownstreamSession session, Sv2Message message)
    {
        if (LacksRequiredExtensions(session))
        {
            Violation(session, "opens a channel without the extensions that are required here");
            return;
        }

        if (_templates.Active is not null)
        {
            OpenChannel(session, message);
            return;
        }

        // No work yet: the request waits; beyond the bounds it is refused, and the miner asks again.
        uint requestId = RequestIdOf(message);
        if (session.PendingOpens.Count >= _options.Limits.PendingOpensPerSession || _pendingOpens >= _options.Limits.PendingOpens)
        {
            RefuseOpen(session, message, OpenErrors.TooManyRequests);
            return;
        }

        session.PendingOpens.Enqueue(message);
        _pendingOpens++;
        _context.Report(new CoreReport.ChannelWaits(session.Id, requestId));
    }

    private void OpenPendingChannels()
    {
        if (_pendingOpens == 0)
            return;
        foreach (DownstreamSession session in _sessions.Values)
        {
            while (session.PendingOpens.TryDequeue(out Sv2Message? message))
            {
                _pendingOpens--;
                if (session.Phase == SessionPhase.Open)
                    OpenChannel(session, message);
            }
        }
    }

    private void OpenChannel(DownstreamSession session, Sv2Message message)
    {
        var extended = message as OpenExtendedMiningChannel;
        var standard = message as OpenStandardMiningChannel;
        float hashRate = extended?.NominalHashRate ?? standard!.NominalHashRate;
        string? error = CheckOpen(session, extended, hashRate, out int rollable);
        if (error is not null)
        {
            RefuseOpen(session, message, error);
            return;
        }

        if (!_extranonces.TryAllocate(out ushort slot))
        {
            RefuseOpen(session, message, OpenErrors.TooManyChannels);
            return;
        }

        session.RollableSize = rollable;
        var channel = new DownstreamChannel(
            new ChannelOptions
            {
                ChannelId = session.NewChannelId(),
                Kind = extended is null ? ChannelKind.Standard : ChannelKind.Extended,
                UserIdentity = extended?.UserIdentity ?? standard!.UserIdentity,
                NominalHashRate = hashRate,
                MaxTarget = extended?.MaxTarget ?? standard!.MaxTarget,
                LocalPrefix = ExtranonceAllocator.PrefixOf(slot),
                RollableSize = rollable,
                ShareBatchSize = _options.ShareBatchSize,
                ShareBatchAge = _options.ShareFlushInterval,
                Vardiff = _vardiff,
                DuplicateCapacity = _options.Limits.ShareHashesPerChannel,
            },
            _context.Now);
        var miner = new MinerChannel(session, channel, slot);
        session.Channels.Add(channel.ChannelId, miner);
        _context.Deadlines.Cancel(session.Deadline);
        _channelCount++;
        if (extended is not null)
            _extendedCount++;

        SendTo(session, extended is not null
            ? new OpenExtendedMiningChannelSuccess(
                extended.RequestId,
                channel.ChannelId,
                channel.Target,
                (ushort)channel.RollableSize,
                channel.ExtranoncePrefix,
                DownstreamSession.GroupChannelId)
            : new OpenStandardMiningChannelSuccess(
                standard!.RequestId,
                channel.ChannelId,
                channel.Target,
                channel.ExtranoncePrefix,
                DownstreamSession.GroupChannelId));
        SendFirstWork(session, channel);
        _context.Report(new CoreReport.ChannelOpened(
            session.Id, channel.ChannelId, extended is not null, channel.UserIdentity, hashRate, channel.Target));
        StartVardiff();
        HashRateChanged();
    }

    // The newest active work, then what is known of the next tip: not what a provider or pool that is gone has left. A first
    // job is a future one that its prev-hash activates at once (spec 05, 5.3.15 and 5.3.17).
    private void SendFirstWork(DownstreamSession session, DownstreamChannel channel)
    {
        if (_jobs.Active is { } active)
        {
            SendTo(session, channel.ToMessage(active with { Tip = null }));
            SendTo(session, active.ToSetNewPrevHash(channel.ChannelId));
        }

        foreach (Job future in _jobs.Future)
        {
            if (future.Source is JobOrigin origin && origin.IsFor(_current) && _templates.Future.Contains(origin.Template))
                SendTo(session, channel.ToMessage(future));
        }
    }

    private string? CheckOpen(DownstreamSession session, OpenExtendedMiningChannel? extended, float hashRate, out int rollable)
    {
        rollable = session.RollableSize.GetValueOrDefault();
        if (extended is not null && session.RequiresStandardJobs)
            return ErrorCodes.ExtendedChannelsNotSupportedForStandardJobs;
        if (!float.IsFinite(hashRate) || hashRate < 0)
            return ErrorCodes.InvalidNominalHashrate;
        int asked = extended?.MinExtranonceSize ?? 0;
        bool fits = session is { RollableSize: { } agreed, Channels.Count: > 0 }
            ? asked <= agreed
            : ExtranonceSizes.TryChooseRollable(_options.RollableExtranonceSize, asked, SmallestGrant(), out rollable);
        if (!fits)
            return ErrorCodes.MinExtranonceSizeTooLarge;
        return session.Channels.Count >= _options.Limits.ChannelsPerSession || _channelCount >= _options.Limits.Channels
            ? OpenErrors.TooManyChannels
            : null;
    }

    // What every source in use or in preparation leaves us.
    private int SmallestGrant()
    {
        int grant = ExtranonceSizes.Solo;
        foreach (UpstreamSlot slot in _upstreams)
        {
            if (slot.Session?.Channel is { } channel)
                grant = Math.Min(grant, channel.Extranonce.Size);
        }

        return grant;
    }

    private void RefuseOpen(DownstreamSession session, Sv2Message message, string error)
    {
        uint requestId = RequestIdOf(message);
        SendTo(session, new OpenMiningChannelError(requestId, error));
        string user = message is OpenExtendedMiningChannel extended
            ? extended.UserIdentity
            : ((OpenStandardMiningChannel)message).UserIdentity;
        _context.Report(new CoreReport.ChannelRefused(session.Id, requestId, user, error));
    }

    private static uint RequestIdOf(Sv2Message message) => message is OpenExtendedMiningChannel extended
        ? extended.RequestId
        : ((OpenStandardMiningChannel)message).RequestId;

    private void OnUpdateChannel(DownstreamSession session, UpdateChannel update)
    {
        if (!session.Channels.TryGetValue(update.ChannelId, out MinerChannel? miner))
        {
            SendTo(session, new UpdateChannelError(update.ChannelId, ErrorCodes.InvalidChannelId));
            return;
        }

        if (!float.IsFinite(update.NominalHashRate) || update.NominalHashRate < 0)
        {
            SendTo(session, new UpdateChannelError(update.ChannelId, ErrorCodes.InvalidNominalHashrate));
            return;
        }

        // Answered with the target that counts from now on, also when it is the old one (reference-behaviour 6.8).
        miner.Channel.Update(update.NominalHashRate, update.MaximumTarget, _jobs, _context.Now);
        SendTarget(miner);
        HashRateChanged();
    }

    private void OnCloseChannel(DownstreamSession session, CloseChannel close)
    {
        if (close.ChannelId == DownstreamSession.GroupChannelId)
        {
            foreach (MinerChannel member in session.Channels.Values.ToArray())
                Close(member, close.ReasonCode);
        }
        else if (session.Channels.TryGetValue(close.ChannelId, out MinerChannel? miner))
        {
            Close(miner, close.ReasonCode);
        }
    }

    private void Close(MinerChannel miner, string reason)
    {
        miner.Session.Channels.Remove(miner.Id);
        Forget(miner);
        if (miner.Session.Channels.Count == 0)
            AwaitChannel(miner.Session);
        _context.Report(new CoreReport.ChannelClosed(miner.Session.Id, miner.Id, reason));
        HashRateChanged();
    }

    private void Forget(MinerChannel miner)
    {
        _extranonces.Free(miner.Slot);
        _channelCount--;
        if (miner.Channel.Kind == ChannelKind.Extended)
            _extendedCount--;
    }
}
