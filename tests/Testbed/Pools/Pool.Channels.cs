using Sv2.Protocol.Mining;

namespace Testbed.Pools;

public sealed partial class Pool
{
    internal void OnOpen(PoolSession session, OpenExtendedMiningChannel open)
    {
        lock (_lock)
        {
            string? error = Faults.RefuseOpen
                ?? RefuseOpen(open.UserIdentity, open.NominalHashRate, open.MaxTarget)
                ?? (open.MinExtranonceSize > _options.ExtranonceSize ? "min-extranonce-size-too-large" : null);
            if (error is not null)
            {
                Answer(session, new OpenMiningChannelError(open.RequestId, error));
                return;
            }

            U256 target = TargetFor(open.NominalHashRate, open.MaxTarget);
            var channel = new PoolChannel
            {
                Id = session.NextChannelId(),
                UserIdentity = open.UserIdentity,
                ExtranoncePrefix = NextPrefix(),
                ExtranonceSize = _options.ExtranonceSize,
                NominalHashRate = open.NominalHashRate,
                MaxTarget = open.MaxTarget,
                Target = target,
            };
            session.Channels[channel.Id] = channel;
            NoteTarget(target);
            _counters = _counters with { ChannelsOpened = _counters.ChannelsOpened + 1 };
            Answer(session, new OpenExtendedMiningChannelSuccess(
                open.RequestId, channel.Id, target, (ushort)channel.ExtranonceSize, channel.ExtranoncePrefix, PoolSession.GroupChannelId));
        }
    }

    internal void OnUpdate(PoolSession session, UpdateChannel update)
    {
        lock (_lock)
        {
            _counters = _counters with { ChannelUpdates = _counters.ChannelUpdates + 1 };
            if (!session.Channels.TryGetValue(update.ChannelId, out PoolChannel? channel))
            {
                Answer(session, new UpdateChannelError(update.ChannelId, "invalid-channel-id"));
                return;
            }

            if (!float.IsFinite(update.NominalHashRate) || update.NominalHashRate < 0)
            {
                Answer(session, new UpdateChannelError(update.ChannelId, "invalid-nominal-hashrate"));
                return;
            }

            channel.NominalHashRate = update.NominalHashRate;
            channel.MaxTarget = update.MaximumTarget;
            U256 target = TargetFor(update.NominalHashRate, update.MaximumTarget);
            if (target != channel.Target && !Faults.Hang)
                SetTarget(session, channel, target);
        }
    }

    internal void OnClose(PoolSession session, uint channelId)
    {
        lock (_lock)
        {
            if (channelId == PoolSession.GroupChannelId)
                session.Channels.Clear();
            else
                session.Channels.Remove(channelId);
        }
    }

    internal void OnCustomJob(PoolSession session, SetCustomMiningJob job)
    {
        lock (_lock)
        {
            (uint jobId, string? error) = Faults.RefuseCustomJobs is { } refuse ? (0, refuse) : Take(session, job);
            if (error is null)
            {
                _firstJobAt ??= _time.GetTimestamp();
                _counters = _counters with { CustomJobsAccepted = _counters.CustomJobsAccepted + 1 };
                JobAcknowledged?.Invoke(job);
                Answer(session, new SetCustomMiningJobSuccess(job.ChannelId, job.RequestId, jobId));
                return;
            }

            _counters = _counters with { CustomJobsRefused = PoolCounters.Count(_counters.CustomJobsRefused, error) };
            Answer(session, new SetCustomMiningJobError(job.ChannelId, job.RequestId, error));
        }
    }

    private (uint JobId, string? Error) Take(PoolSession session, SetCustomMiningJob job)
    {
        if (!_options.JobDeclaration)
            return (0, "jd-not-supported");
        if (!session.Channels.TryGetValue(job.ChannelId, out PoolChannel? channel))
            return (0, "invalid-channel-id");
        (Token? token, string? error) = _backend.Tokens.Use(job.MiningJobToken.Span);
        if (token is null)
            return (0, error);
        error = token.Job is { } declared
            ? CustomJobCheck.AgainstDeclaration(job, declared, _backend.Node.Tip, Now(), channel.FullExtranonceLength)
            : CustomJobCheck.CoinbaseOnly(job, _backend, _backend.Node.Tip, Now(), channel.FullExtranonceLength);
        return error is null ? (channel.Add(job, token.Job).Id, null) : (0, error);
    }

    private string? RefuseOpen(string userIdentity, float nominalHashRate, U256 maxTarget)
    {
        if (!_options.Users.IsEmpty && !_options.Users.Contains(userIdentity))
            return "unknown-user";
        if (!float.IsFinite(nominalHashRate) || nominalHashRate < 0)
            return "invalid-nominal-hashrate";
        return maxTarget == U256.Zero ? "max-target-out-of-range" : null;
    }
}
