using System.Text;
using Bitcoin;
using JdClient.Core.Downstream;
using JdClient.Core.Engine;
using JdClient.Core.Upstream;
using Sv2.Channels;
using Sv2.Protocol;
using Sv2.Protocol.Extensions;
using Sv2.Protocol.Mining;

namespace JdClient.Core;

// Shares of miners: judged, answered, and on their way to the pool (reference-behaviour 6.9, 6.10, 7.7). A block goes out
// before anything else (design §7).
public sealed partial class ChannelManager
{
    // Channels with accepted shares that are not acknowledged, by the time when they are to be. Bounded by the channels.
    private readonly PriorityQueue<MinerChannel, DateTimeOffset> _unflushed = new();

    private Deadline? _flushDeadline;

    private void OnShare(DownstreamSession session, SubmitSharesExtended message)
    {
        string? worker = session.TellsWorkers && UserIdentityField.TryRead(message.Tlvs, out string? told) ? told : null;
        OnShare(session, message.ChannelId, SubmittedShare.From(message), worker);
    }

    private void OnShare(DownstreamSession session, SubmitSharesStandard message) =>
        OnShare(session, message.ChannelId, SubmittedShare.From(message), null);

    private void OnShare(DownstreamSession session, uint channelId, in SubmittedShare share, string? worker)
    {
        if (!session.Channels.TryGetValue(channelId, out MinerChannel? miner))
        {
            SendTo(session, new SubmitSharesError(channelId, share.SequenceNumber, ErrorCodes.InvalidChannelId));
            ReportRejected(session, channelId, share.JobId, ErrorCodes.InvalidChannelId);
            return;
        }

        ShareResult result = miner.Channel.Submit(share, _jobs, _context.Now, out bool targetChanged);
        if (result.Verdict.IsAccepted())
        {
            OnAcceptedShare(miner, share, result, worker);
            _context.Counters.SharesAccepted++;
            _context.Report(new CoreReport.ShareAccepted(
                session.Id, channelId, share.JobId, result.Work, result.Difficulty, worker));
        }
        else
        {
            ReportRejected(session, channelId, share.JobId, result.Verdict.ErrorCode()!);
        }

        if (result.Reply is { } reply)
            SendTo(session, reply);
        else if (!miner.AwaitsFlush)
            AwaitFlush(miner);

        if (targetChanged)
        {
            SendTarget(miner);
            HashRateChanged();
        }
    }

    private void OnAcceptedShare(MinerChannel miner, in SubmittedShare share, in ShareResult result, string? worker)
    {
        var origin = (JobOrigin)result.Job!.Source!;
        if (result.Verdict == ShareVerdict.BlockFound)
        {
            OnBlock(miner, share, result, origin, worker);
            return;
        }

        if (origin.Pooled is { } pooled)
            ForwardOrKeep(pooled, ToUpstream(miner, share, result, worker));
    }

    private static UpstreamShare ToUpstream(MinerChannel miner, in SubmittedShare share, in ShareResult result, string? worker)
    {
        UpstreamShare upstream = miner.Channel.ToUpstream(share, result);
        return worker is null ? upstream : upstream with { UserIdentity = worker };
    }

    private void ForwardOrKeep(PooledJob pooled, UpstreamShare share)
    {
        UpstreamSession session = pooled.Session;
        if (session.IsClosed)
            Dropped(session, 1, ShareDropCause.UpstreamLeft);
        else if (pooled.State == PooledJobState.Acknowledged)
            Forward(session, share);
        else if (pooled.State == PooledJobState.Dropped)
            Dropped(session, 1, ShareDropCause.JobRefused);
        else if (share.IsBlock)
            pooled.Keep(share);
        else
            KeepInCache(session, share);
    }

    private void KeepInCache(UpstreamSession session, UpstreamShare share)
    {
        bool isFull = session.Cache.Count >= session.Cache.Capacity;
        session.Cache.Add(share);
        if (isFull)
            Dropped(session, 1, ShareDropCause.CacheFull);
    }

    // Sends a share for a job that the pool has acknowledged; true when it went out.
    private bool Forward(UpstreamSession session, UpstreamShare share)
    {
        if (session.Channel is not { } channel)
            return false;
        switch (channel.Forward(share, null, out SubmitSharesExtended? message))
        {
            case ForwardVerdict.Send:
                SendShare(session, share, message!);
                return true;
            case ForwardVerdict.AboveTarget:
                _context.Report(new CoreReport.SharesDropped(session.Slot.Id, 1, ShareDropCause.AbovePoolTarget));
                return false;
            case ForwardVerdict.NoJob:
                Dropped(session, 1, ShareDropCause.TipChanged);
                return false;
            default:
                return false;
        }
    }

    private void SendShare(UpstreamSession session, UpstreamShare share, SubmitSharesExtended message)
    {
        if (session.TellsWorkers && UserIdentityField.TryCreate(Truncated(share.UserIdentity), out Tlv identity))
            message = message with { Tlvs = [identity] };
        _context.Effects.SendOnLink(session.Pool.Link, message);
        _context.Counters.SharesSent++;
        _context.Report(new CoreReport.UpstreamShareSent(session.Slot.Id, message.SequenceNumber));
    }

    // The pool has acknowledged a job: its shares go out in the order in which they came, blocks first. Returns how many.
    private int FlushCache(PooledJob pooled)
    {
        UpstreamSession session = pooled.Session;
        int sent = 0;
        foreach (UpstreamShare block in pooled.TakeBlocks())
        {
            if (SendBlock(session, pooled, block))
                sent++;
        }

        foreach (Job job in _jobs.Live)
        {
            if (job.Source is not JobOrigin origin || origin.Pooled != pooled)
                continue;
            foreach (UpstreamShare share in session.Cache.Take(job.Id))
            {
                if (Forward(session, share))
                    sent++;
            }
        }

        return sent;
    }

    // A block also goes to the pool when its tip has gone meanwhile, which is what a block makes happen.
    private bool SendBlock(UpstreamSession session, PooledJob pooled, UpstreamShare share)
    {
        if (session.Channel is not { } channel)
            return false;
        if (channel.HasJob(share.Job.Id))
            return Forward(session, share);
        uint sequence = channel.Shares.Add(share.Job.Id, Difficulty.Of(U256.Max(channel.Target, U256.One)), null);
        SendShare(session, share, new SubmitSharesExtended(
            channel.ChannelId, sequence, pooled.UpstreamJobId, share.Nonce, share.NTime, share.Version, share.Extranonce));
        return true;
    }

    private void DropCached(PooledJob pooled, ShareDropCause cause)
    {
        int count = 0;
        foreach (Job job in _jobs.Live)
        {
            if (job.Source is JobOrigin origin && origin.Pooled == pooled)
                count += pooled.Session.Cache.DropJob(job.Id);
        }

        Dropped(pooled.Session, count, cause);
    }

    private void Dropped(UpstreamSession session, int count, ShareDropCause cause)
    {
        if (count == 0)
            return;
        _context.Counters.SharesDropped += count;
        _context.Report(new CoreReport.SharesDropped(session.Slot.Id, count, cause));
    }

    private void AwaitFlush(MinerChannel miner)
    {
        miner.AwaitsFlush = true;
        _unflushed.Enqueue(miner, miner.Channel.Accounting.FlushAt ?? _context.Now);
        _flushDeadline ??= _context.After(_options.ShareFlushInterval, FlushAcknowledgements);
    }

    private void FlushAcknowledgements()
    {
        _flushDeadline = null;
        while (_unflushed.TryPeek(out MinerChannel? miner, out DateTimeOffset due) && due <= _context.Now)
        {
            _unflushed.Dequeue();
            miner.AwaitsFlush = false;
            if (!miner.Session.Channels.ContainsKey(miner.Id))
                continue;
            if (miner.Channel.Flush(_context.Now) is { } acknowledgement)
                SendTo(miner.Session, acknowledgement);
            else if (miner.Channel.Accounting.FlushAt is not null)
                AwaitFlush(miner);
        }

        if (_unflushed.TryPeek(out _, out DateTimeOffset next))
        {
            _context.Deadlines.Cancel(_flushDeadline);
            _flushDeadline = _context.Deadlines.Set(next, FlushAcknowledgements);
        }
    }

    private void ReportRejected(DownstreamSession session, uint channelId, uint jobId, string code)
    {
        _context.Counters.SharesRejected++;
        _context.Report(new CoreReport.ShareRejected(session.Id, channelId, jobId, code));
    }

    // At most 32 bytes of UTF-8, cut between characters (extension 0x0002, 1.1).
    private static string Truncated(string identity)
    {
        if (identity.Length <= UserIdentityField.MaxLength / 3 || Encoding.UTF8.GetByteCount(identity) <= UserIdentityField.MaxLength)
            return identity;
        int bytes = 0;
        int length = 0;
        foreach (Rune rune in identity.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > UserIdentityField.MaxLength)
                break;
            length += rune.Utf16SequenceLength;
        }

        return identity[..length];
    }
}
