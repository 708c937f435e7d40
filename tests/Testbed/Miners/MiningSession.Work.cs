using Sv2.Protocol.Extensions;
using Sv2.Protocol.Mining;
using Testbed.Consensus;

namespace Testbed.Miners;

internal sealed partial class MiningSession
{
    private void OnStandardJob(NewMiningJob job)
    {
        _device.Update(counters => counters with { Jobs = counters.Jobs + 1 });
        MinerChannel? channel = _channels.Find(candidate => candidate.Id == job.ChannelId);
        if (channel is not { Kind: ChannelKind.Standard })
            _device.Violation($"NewMiningJob for channel {job.ChannelId}, which is no standard channel");
        else
            Took(channel, channel.Take(new MinerJob(job), Moment()));
    }

    private void OnExtendedJob(NewExtendedMiningJob job)
    {
        _device.Update(counters => counters with { Jobs = counters.Jobs + 1 });
        if (_options.RequiresStandardJobs)
        {
            _device.Violation("an extended job, and the connection asked for standard ones");
            return;
        }

        ForChannels(job.ChannelId, "NewExtendedMiningJob", channel =>
        {
            if (channel.Kind == ChannelKind.Standard && channel.Id == job.ChannelId)
                _device.Violation($"an extended job addressed to standard channel {channel.Id}");
            else
                Took(channel, channel.Take(new MinerJob(job, channel.ExtranoncePrefix), Moment()));
        });
    }

    private void OnPrevHash(SetNewPrevHash message)
    {
        _device.Update(counters => counters with { PrevHashes = counters.PrevHashes + 1 });
        if (Work.TargetOfBits(message.NBits) == U256.Zero)
            _device.Violation($"prev-hash with bits {message.NBits:x8}");
        ForChannels(message.ChannelId, "SetNewPrevHash", channel =>
            Took(channel, channel.TakePrevHash(message.JobId, message.PrevHash, message.NBits, message.MinNTime, Moment())));
    }

    private void OnAccepted(MinerChannel channel, SubmitSharesSuccess success)
    {
        int covered = channel.Unanswered.RemoveAll(share =>
        {
            bool answered = share.SequenceNumber <= success.LastSequenceNumber;
            if (answered)
                _device.Accepted(share.Hash);
            return answered;
        });
        if (covered != success.NewSubmitsAcceptedCount)
            _device.Violation($"channel {channel.Id}: {success.NewSubmitsAcceptedCount} shares acknowledged, {covered} were waiting");
        NoteUnanswered();
    }

    private void OnRefused(MinerChannel channel, SubmitSharesError error)
    {
        int index = channel.Unanswered.FindIndex(share => share.SequenceNumber == error.SequenceNumber);
        if (index < 0)
        {
            _device.Violation($"channel {channel.Id}: share {error.SequenceNumber} refused, which was not waiting");
            return;
        }

        U256 hash = channel.Unanswered[index].Hash;

        // A job that has been replaced by two tips need not be known any more.
        bool crossed = error.ErrorCode is "stale-share" or "invalid-job-id" && channel.Unanswered[index].PrevHash != channel.PrevHash;
        channel.Unanswered.RemoveAt(index);
        _device.Refused(hash);
        _device.Update(counters => crossed
            ? counters with { SharesCrossedTip = counters.SharesCrossedTip + 1 }
            : counters with { SharesRefused = Pools.PoolCounters.Count(counters.SharesRefused, error.ErrorCode) });
        NoteUnanswered();
    }

    // One tick's hashes, a channel's part each. A share ends the part of its channel.
    private void HashTick()
    {
        // Where the machine cannot keep up, ticks are left out and do not pile up.
        if (!_device.Hashing || !_lock.TryEnter())
            return;
        try
        {
            int hashes = (int)(_options.HashRate * _options.Tick.TotalSeconds / Math.Max(1, _channels.Count));
            foreach (MinerChannel channel in _channels)
            {
                if (!_ended && channel.Hash(Math.Max(1, hashes), Now(), out FoundShare share))
                    Submit(channel, share);
            }
        }
        finally
        {
            _lock.Exit();
        }
    }

    private void Submit(MinerChannel channel, FoundShare share)
    {
        uint sequenceNumber = channel.NextSequenceNumber();
        channel.Unanswered.Add(new Unanswered(sequenceNumber, share.Hash, share.Job.PrevHash));
        _device.Submitted(share.Hash, share.Hash <= Work.TargetOfBits(share.Job.Bits), share.Job);
        NoteUnanswered();
        BlockHeader header = share.Header;
        uint id = channel.Id ?? 0;
        if (channel.Kind == ChannelKind.Standard)
        {
            Peer.Send(new SubmitSharesStandard(id, sequenceNumber, share.Job.Id, header.Nonce, header.Time, header.Version));
            return;
        }

        var message = new SubmitSharesExtended(id, sequenceNumber, share.Job.Id, header.Nonce, header.Time, header.Version,
            share.Extranonce);
        Peer.Send(_namesWorkers && UserIdentityField.TryCreate(channel.UserIdentity, out Tlv field) ? message with { Tlvs = [field] }
            : message);
    }

    // After a message that may have changed what a channel works on.
    private void Took(MinerChannel channel, string? violation)
    {
        if (violation is not null)
            _device.Violation($"channel {channel.Id}: {violation}");
        else if (channel is { Active: { } job, Id: { } id } && channel.TakeNews())
            _device.Took(id, job);
    }

    private void NoteUnanswered()
    {
        int unanswered = _channels.Sum(channel => channel.Unanswered.Count);
        _device.Update(counters => counters with { SharesUnanswered = unanswered });
    }
}
