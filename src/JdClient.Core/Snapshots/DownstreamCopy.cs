using System.Collections.Immutable;
using JdClient.Core.Downstream;
using Sv2.Channels;

namespace JdClient.Core;

/// <summary>
/// A <see cref="DownstreamSnapshot"/> in the making: the connections of the beginning are noted at once, and copied in
/// steps between events, so that no event waits for ten thousand channels. Of those that end meanwhile it has what their
/// end left. Called by the owner of the channel manager alone.
/// </summary>
public sealed class DownstreamCopy
{
    private static readonly string[] Codes =
        [.. Enumerable.Range(0, ShareVerdicts.Count).Select(verdict => ((ShareVerdict)verdict).ErrorCode() ?? "")];

    private readonly DateTimeOffset _takenAt;
    private readonly DownstreamSession[] _sessions;
    private readonly ImmutableArray<SessionSnapshot>.Builder _copied;
    private ImmutableArray<ChannelSnapshot>.Builder? _present;
    private MinerChannel[] _channels = [];
    private int _channel;

    internal DownstreamCopy(IEnumerable<DownstreamSession> sessions, DateTimeOffset now)
    {
        _takenAt = now;
        _sessions = [.. sessions];
        Array.Sort(Array.ConvertAll(_sessions, static session => session.Id.Value), _sessions);
        _copied = ImmutableArray.CreateBuilder<SessionSnapshot>(_sessions.Length);
    }

    /// <summary>Copies some more.</summary>
    /// <param name="limit">Channels, and connections without any, that are copied at most.</param>
    /// <returns>The snapshot, when it is complete.</returns>
    public DownstreamSnapshot? Step(int limit)
    {
        while (_copied.Count < _sessions.Length)
        {
            DownstreamSession session = _sessions[_copied.Count];
            if (_present is null)
            {
                if (session.Channels.Count == 0 && limit-- == 0)
                    return null;
                _channels = [.. session.Channels.Values];
                _present = ImmutableArray.CreateBuilder<ChannelSnapshot>(_channels.Length);
            }

            for (; _channel < _channels.Length; _channel++)
            {
                if (limit-- == 0)
                    return null;
                _present.Add(Copy(_channels[_channel].Channel));
            }

            Complete(session, _present.MoveToImmutable());
        }

        return new DownstreamSnapshot(_takenAt, _copied.MoveToImmutable());
    }

    private void Complete(DownstreamSession session, ImmutableArray<ChannelSnapshot> channels)
    {
        double hashRate = 0;
        int extended = 0;
        foreach (ChannelSnapshot channel in channels)
        {
            hashRate += channel.HashRate;
            extended += channel.IsExtended ? 1 : 0;
        }

        _copied.Add(new SessionSnapshot(session.Id, session.Peer, session.ConnectedAt, session.Device, hashRate, channels)
        {
            ExtendedChannels = extended,
        });
        _present = null;
        _channel = 0;
    }

    private static ChannelSnapshot Copy(DownstreamChannel channel)
    {
        ShareAccounting accounting = channel.Accounting;
        return new ChannelSnapshot
        {
            ChannelId = channel.ChannelId,
            IsExtended = channel.Kind == ChannelKind.Extended,
            UserIdentity = channel.UserIdentity,
            HashRate = channel.HashRate,
            IsCalibrated = channel.IsCalibrated,
            Target = channel.Target,
            MaxTarget = channel.MaxTarget,
            ExtranoncePrefix = channel.ExtranoncePrefix,
            FullExtranonceSize = channel.FullExtranonceSize,
            RollableSize = channel.RollableSize,
            Accepted = accounting.Accepted,
            Rejected = accounting.Rejected,
            RejectedByReason = accounting.Rejected == 0 ? [] : RejectedByReason(accounting),
            WorkSum = accounting.WorkSum,
            LastSequenceNumber = accounting.LastSequenceNumber,
            LastAcceptedAt = accounting.LastAcceptedAt,
            BestDifficulty = accounting.BestDifficulty,
            BatchCount = accounting.BatchCount,
            BatchWork = accounting.BatchWork,
            BatchSize = accounting.BatchSize,
            BlocksFound = accounting.BlocksFound,
        };
    }

    private static ImmutableArray<KeyValuePair<string, ulong>> RejectedByReason(ShareAccounting accounting)
    {
        var reasons = ImmutableArray.CreateBuilder<KeyValuePair<string, ulong>>();
        for (int verdict = 0; verdict < Codes.Length; verdict++)
        {
            if (accounting.RejectedAs((ShareVerdict)verdict) is > 0 and var count)
                reasons.Add(new(Codes[verdict], count));
        }

        return reasons.ToImmutable();
    }
}
