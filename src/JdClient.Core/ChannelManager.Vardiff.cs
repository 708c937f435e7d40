using JdClient.Core.Downstream;
using JdClient.Core.Engine;
using JdClient.Core.Upstream;
using Sv2.Channels;
using Sv2.Protocol.Mining;

namespace JdClient.Core;

// Targets of channels as time passes, and the hash rate of all of them as the pool is told it (spec 05, UpdateChannel).
public sealed partial class ChannelManager
{
    private static readonly TimeSpan TellInterval = TimeSpan.FromSeconds(1);

    private readonly VardiffOptions _vardiff;

    private Deadline? _vardiffDeadline;

    private void StartVardiff() => _vardiffDeadline ??= _context.After(_options.VardiffInterval, RunVardiff);

    private void RunVardiff()
    {
        _vardiffDeadline = null;
        if (_channelCount == 0)
            return;
        StartVardiff();
        bool changed = false;
        foreach (DownstreamSession session in _sessions.Values)
        {
            foreach (MinerChannel miner in session.Channels.Values)
            {
                if (!miner.Channel.OnTime(_jobs, _context.Now))
                    continue;
                changed = true;
                SendTarget(miner);
            }
        }

        if (changed)
            HashRateChanged();
    }

    private float SumOfHashRates()
    {
        double sum = 0;
        foreach (DownstreamSession session in _sessions.Values)
        {
            foreach (MinerChannel miner in session.Channels.Values)
                sum += miner.Channel.HashRate;
        }

        return (float)Math.Min(sum, float.MaxValue);
    }

    // Miners came, went or changed.
    private void HashRateChanged()
    {
        _reviewDue = true;
        foreach (UpstreamSlot slot in _upstreams)
        {
            if (slot.Session is { Channel: not null, TellDeadline: null } session)
                session.TellDeadline = _context.Deadlines.Set(Later(session.ToldAt + TellInterval), () => TellHashRate(session));
        }
    }

    private DateTimeOffset Later(DateTimeOffset time) => time < _context.Now ? _context.Now : time;

    private void TellHashRate(UpstreamSession session)
    {
        session.TellDeadline = null;
        float hashRate = SumOfHashRates();
        if (session.Channel is not { } channel || hashRate == session.ToldHashRate)
            return;
        session.ToldHashRate = hashRate;
        session.ToldAt = _context.Now;
        _context.Effects.SendOnLink(session.Pool.Link, new UpdateChannel(channel.ChannelId, hashRate, Bitcoin.U256.MaxValue));
        _context.Report(new CoreReport.UpstreamHashRate(session.Slot.Index, hashRate));
    }
}
