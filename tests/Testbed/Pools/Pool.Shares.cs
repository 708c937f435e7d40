using Sv2.Protocol.Mining;
using Testbed.Consensus;
using Testbed.Nodes;

namespace Testbed.Pools;

public sealed partial class Pool
{
    internal void OnShare(PoolSession session, SubmitSharesExtended share)
    {
        long receivedAt = _time.GetTimestamp();
        string? worker = session.WorkerOf(share);
        CustomJob? job;
        BlockHeader header;
        lock (_lock)
        {
            (job, header, string? error) = Faults.RefuseShares is { } refuse
                ? (null, default, refuse)
                : session.Channels.TryGetValue(share.ChannelId, out PoolChannel? channel)
                    ? channel.Judge(share, IsCurrent, _options.FixedVersion, Now())
                    : (null, default, "invalid-channel-id");
            if (error is not null)
            {
                _counters = _counters with { SharesRefused = PoolCounters.Count(_counters.SharesRefused, error) };
                Answer(session, new SubmitSharesError(share.ChannelId, share.SequenceNumber, error));
            }
            else
            {
                Count(session, share, job!, worker);
            }
        }

        if (job is null)
        {
            if (header.Bits != 0)
                ShareStale?.Invoke(header.Hash());
            return;
        }

        ShareAccepted?.Invoke(new PoolShare(header.Hash(), worker, receivedAt));
        if (header.Hash() <= Work.TargetOfBits(header.Bits))
            OnBlock(job, share, header);
    }

    private void Count(PoolSession session, SubmitSharesExtended share, CustomJob job, string? worker)
    {
        _counters = _counters with { SharesAccepted = _counters.SharesAccepted + 1 };
        if (worker is not null)
            _counters = _counters with { SharesByWorker = PoolCounters.Count(_counters.SharesByWorker, worker) };
        if (session.Channels[share.ChannelId].Acknowledge(job, share.SequenceNumber, _options.ShareBatchSize) is { } success)
            Answer(session, success);
    }

    private void OnBlock(CustomJob job, SubmitSharesExtended share, BlockHeader header)
    {
        BlockOutcome? outcome = null;
        if (job.Declared is { } declared)
        {
            byte[] extranonce = [.. job.ExtranoncePrefix, .. share.Extranonce.Span];
            Block? block = declared.Complete(extranonce, header.Version, header.PrevHash, header.Time, header.Bits, header.Nonce);
            outcome = block is null ? new BlockOutcome(BlockStatus.Invalid, "the extranonce does not fit")
                : _backend.Node.SubmitBlock(block);
        }

        lock (_lock)
        {
            _counters = _counters with { Blocks = _counters.Blocks + 1 };
            if (outcome is { Status: BlockStatus.Accepted or BlockStatus.Duplicate })
                _counters = _counters with { BlocksAccepted = _counters.BlocksAccepted + 1 };
            else if (outcome is { Status: BlockStatus.Invalid })
                _counters = _counters with { BlockRefusals = _counters.BlockRefusals.Add(outcome.Reason ?? outcome.Status.ToString()) };
        }
    }
}
