using Bitcoin;
using JdClient.Core;
using Simulation.Peers;
using Sv2.Protocol.Mining;

namespace Simulation.Engine;

// The promises about shares: acknowledged, and sent once to the pool that takes them.
internal sealed partial class Simulator
{
    // The pool has acknowledged a job: what was found for it meanwhile is on its way.
    private void CheckFlushed(Link link, PoolJob job)
    {
        if (link.State != LinkState.Up || job.Custom.PrevHash != _tip || _epoch != _eventEpoch)
            return;
        for (int i = _waiting.Count - 1; i >= 0; i--)
        {
            (Channel channel, MinerJob mined) = _waiting[i];
            if (!IsSame(mined, channel, job))
                continue;
            foreach (Share share in mined.Waiting)
            {
                bool isMissing = job.Takes(share) && !link.Pool!.Shares.Contains(share.Hash);
                BrokenPromise.Unless(
                    !isMissing || (share.IsBlock ? _jobMadeRoom : _madeRoom-- > 0),
                    "a share valid upstream is sent once",
                    $"{share.Hash} for job {mined.Id} was not sent when job {job.Id} was acknowledged");
            }

            mined.Waiting.Clear();
            _waiting.RemoveAt(i);
        }
    }

    private static bool IsSame(MinerJob mined, Channel channel, PoolJob job)
    {
        if (!mined.Compared.TryGetValue(job, out bool isSame))
            mined.Compared.Add(job, isSame = Compare(mined, channel, job));
        return isSame;
    }

    private static bool Compare(MinerJob mined, Channel channel, PoolJob job)
    {
        if (mined.Message is NewExtendedMiningJob extended)
            return job.IsSame(extended.CoinbaseTxPrefix.Span, extended.CoinbaseTxSuffix.Span, channel.Prefix.Length + channel.Rollable);
        return job.PaddedRoot(channel.Prefix) == ((NewMiningJob)mined.Message).MerkleRoot;
    }

    private void SubmitShare(Miner miner, Share share)
    {
        Channel channel = share.Channel;
        bool onTip = share.PrevHash == _tip;

        // SetNewPrevHash for the same tip voids what the miner had, but its late shares are still good.
        bool isVoid = onTip && !channel.Jobs.ContainsKey(share.Job.Id);
        if (share.Kind == ShareKind.Good)
            (share.IsBlock ? _minerBlocks : _minerShares).Add(share.Hash);
        channel.Unacknowledged.Enqueue((share.Sequence, _timeline.Now));
        _submitting = share.Sequence;
        _refusal = null;
        long epoch = _epoch;
        On(new CoreEvent.MinerMessage(miner.Session, share.Message));
        _submitting = 0;
        if (channel.IsClosed)
            return;
        bool expected = share.Kind == ShareKind.Good && onTip;
        BrokenPromise.Unless(
            expected == (_refusal is null) || (share.Kind == ShareKind.Good && (isVoid || _epoch != epoch)),
            "good shares are accepted and others are not",
            $"{share.Kind} share {share.Sequence} for job {share.Job.Id}: {_refusal ?? "accepted"}");
        if (_refusal is not null)
            return;
        _accepted++;
        channel.LastAccepted = share;
        channel.SharesAt = _timeline.Now;
        if (share.IsBlock)
        {
            _blocks++;
            CheckPublished(share.Hash);
        }

        if (_epoch == epoch)
            CheckForwarded(share);
    }

    private void CheckForwarded(Share share)
    {
        MinerJob mined = share.Job;
        foreach (Link link in _links.Values)
        {
            if (link is not { Role: LinkRole.Pool, State: LinkState.Up, Pool: { } session })
                continue;
            // The pool may have taken the same job again under another target or time: it is owed what is good under each of them.
            PoolJob? pooled = null;
            bool isOwed = true;
            foreach (PoolJob job in session.Current)
            {
                if (!IsSame(mined, share.Channel, job))
                    continue;
                pooled = job;
                isOwed &= job.Takes(share);
            }

            if (pooled is null)
                continue;
            BrokenPromise.Unless(
                !isOwed || _jobMadeRoom || _sent.Contains(share.Hash),
                "a share valid upstream is sent once",
                $"{share.Hash} for job {mined.Id}, acknowledged as {pooled.Id}, was not sent");
            return;
        }

        if (mined.Waiting.Count == 0)
            _waiting.Add((share.Channel, mined));
        mined.Waiting.Add(share);
    }

    // A share on its way to a pool: judged as the pool would, from the custom job alone.
    private void OnForwarded(Link link, SubmitSharesExtended share)
    {
        PoolSession session = link.Pool!;
        _forwarded++;
        bool isKnown = session.Jobs.TryGetValue(share.JobId, out PoolJob? job);
        BrokenPromise.Unless(isKnown, "shares are for acknowledged jobs", share.ToString());
        BrokenPromise.Unless(share.Extranonce.Length == job!.Grant, "a share is valid upstream", "its extranonce has another size");
        U256 hash = job.Hash(share);
        bool isBlock = hash <= Chain.NetworkTarget;
        BrokenPromise.Unless(
            (isBlock ? _minerBlocks : _minerShares).Contains(hash),
            "a share carries its job's data",
            $"no miner found {hash}, sent for job {share.JobId}");
        BrokenPromise.Unless(isBlock || hash <= job.Target, "a share is valid upstream", $"{hash} is above {job.Target}");
        BrokenPromise.Unless(isBlock || job.Custom.PrevHash == _tip, "a share is valid upstream", $"job {job.Id} is of another tip");
        BrokenPromise.Unless(share.NTime >= job.Custom.MinNTime, "a share is valid upstream", "its time is too low");
        bool mayHaveVersion = !session.FixedVersion || share.Version == job.Custom.Version;
        BrokenPromise.Unless(mayHaveVersion, "a share is valid upstream", "its version is rolled");
        BrokenPromise.Unless(session.Shares.Add(hash), "a share valid upstream is sent once", $"{hash} was sent twice");
        _sent.Add(hash);
        OnShareAtPool(link, job, share);
    }

    private static void OnAcknowledged(Miner miner, SubmitSharesSuccess success)
    {
        if (!miner.Channels.TryGetValue(success.ChannelId, out Channel? channel))
            return;
        uint count = 0;
        bool found = false;
        while (!found && channel.Unacknowledged.TryDequeue(out (uint Sequence, DateTimeOffset) share))
        {
            count++;
            found = share.Sequence == success.LastSequenceNumber;
        }

        BrokenPromise.Unless(
            found && count == success.NewSubmitsAcceptedCount,
            "a share is acknowledged once",
            $"{success} for {count} shares");
    }

    private void OnRefused(Miner miner, SubmitSharesError error)
    {
        if (!miner.Channels.TryGetValue(error.ChannelId, out Channel? channel))
            return;
        BrokenPromise.Unless(error.SequenceNumber == _submitting, "a share is answered once", error.ToString());
        _refusal = error.ErrorCode;
        (uint Sequence, DateTimeOffset)[] rest =
            [.. channel.Unacknowledged.Where(share => share.Sequence != error.SequenceNumber)];
        channel.Unacknowledged.Clear();
        foreach ((uint Sequence, DateTimeOffset) share in rest)
            channel.Unacknowledged.Enqueue(share);
    }

    // No batch waits longer than it may.
    private void CheckAcknowledged()
    {
        DateTimeOffset oldest = _timeline.Now - _options.ShareFlushInterval;
        foreach (Miner miner in _open)
        {
            if (miner.IsGuilty)
                continue;
            foreach (Channel channel in miner.Channels.Values)
            {
                if (!channel.Unacknowledged.TryPeek(out (uint Sequence, DateTimeOffset At) share) || share.At >= oldest)
                    continue;
                throw new BrokenPromise(
                    "a share is acknowledged in time", $"share {share.Sequence} of channel {channel.Id} at {share.At:HH:mm:ss.fff}");
            }
        }
    }
}
