using Bitcoin;
using JdClient.Core;
using Simulation.Peers;
using Sv2.Protocol;
using Sv2.Protocol.Common;
using Sv2.Protocol.Mining;

namespace Simulation.Engine;

// Downstream connections.
internal sealed partial class Simulator
{
    private const int MostMiners = 8;
    private const int MostChannels = 6;

    private readonly Dictionary<SessionId, Miner> _miners = [];
    private readonly List<Miner> _open = [];
    private long _sessions;

    private void StartPeers()
    {
        foreach (Node node in _nodes)
            StartNode(node);
        foreach (Pool pool in _pools)
            StartPool(pool);
        StartChain();
        StartFaults();
        AddMiner();
        AddMiner();
    }

    private void AddMiner()
    {
        if (_open.Count >= MostMiners)
            return;
        var miner = new Miner(new SessionId(++_sessions), _rng.Chance(0.3));
        _miners.Add(miner.Session, miner);
        _open.Add(miner);
        miner.LastArrival = _timeline.Now;
        On(new CoreEvent.MinerConnected(miner.Session, "miner"));
        On(new CoreEvent.MinerMessage(
            miner.Session, new SetupConnection(0, 2, 2, miner.RequiresStandardJobs ? 1u : 0u, "host", 1, "vendor", "hw", "fw", "id")));
        OpenChannel(miner);
        void Tick()
        {
            if (miner.IsClosed || miner.IsGuilty)
                return;
            MineOnce(miner);
            _timeline.After(_rng.Time(_profile.SharePause), Tick);
        }

        _timeline.After(_rng.Time(_profile.SharePause), Tick);
    }

    private void OpenChannel(Miner miner)
    {
        if (miner.IsGuilty || miner.Channels.Count + miner.PendingOpens >= MostChannels)
            return;
        miner.PendingOpens++;
        Sv2Message message = miner.RequiresStandardJobs || _rng.Chance(0.4)
            ? new OpenStandardMiningChannel(miner.NewRequest(), "worker", _rng.Below(400), U256.MaxValue)
            : new OpenExtendedMiningChannel(miner.NewRequest(), "worker", _rng.Below(400), U256.MaxValue, (ushort)_rng.Below(9));
        On(new CoreEvent.MinerMessage(miner.Session, message));
        BrokenPromise.Unless(!_hasWork || miner.PendingOpens == 0, "every channel has work", "an open waits although there is work");
    }

    private void MineOnce(Miner miner)
    {
        if (miner.Channels.Count == 0)
        {
            if (miner.PendingOpens == 0)
                OpenChannel(miner);
            return;
        }

        Channel[] mined = [.. miner.Channels.Values.Where(static channel => !channel.IsIdle)];
        if (mined.Length == 0)
            return;
        Channel channel = _rng.Pick(mined);
        if (miner.Mine(channel, _rng) is not { } share)
            return;
        Deliver(miner, share);
        if (_rng.Chance(0.03) && miner.Spoil(share, _rng) is { } spoilt)
            Deliver(miner, spoilt);
    }

    // Shares of one miner keep their order.
    private void Deliver(Miner miner, Share share)
    {
        DateTimeOffset at = _timeline.Now + _rng.Time(0.03);
        if (at < miner.LastArrival)
            at = miner.LastArrival;
        miner.LastArrival = at;
        _timeline.At(at, () =>
        {
            if (!miner.IsClosed && !miner.IsGuilty)
                SubmitShare(miner, share);
        });
    }

    private void ToMiner(SessionId session, Sv2Message message)
    {
        if (!_miners.TryGetValue(session, out Miner? miner))
            return;
        switch (message)
        {
            case OpenExtendedMiningChannelSuccess success:
                Opened(miner, new Channel(
                    success.ChannelId,
                    success.GroupChannelId,
                    true,
                    success.ExtranoncePrefix.ToArray(),
                    success.ExtranonceSize,
                    success.Target));
                break;
            case OpenStandardMiningChannelSuccess success:
                Opened(miner, new Channel(
                    success.ChannelId, success.GroupChannelId, false, success.ExtranoncePrefix.ToArray(), 0, success.Target));
                break;
            case OpenMiningChannelError error:
                throw new BrokenPromise("no miner is refused without its own fault", error.ErrorCode);
            case SubmitSharesSuccess success:
                OnAcknowledged(miner, success);
                break;
            case SubmitSharesError error:
                OnRefused(miner, error);
                break;
            case SetNewPrevHash prevHash:
                NoteTip(prevHash.PrevHash);
                miner.Receive(message);
                break;
            default:
                miner.Receive(message);
                break;
        }
    }

    private void Opened(Miner miner, Channel channel)
    {
        channel.SharesAt = _timeline.Now;
        channel.IsIdle = miner.Channels.Count > 0 && _rng.Chance(0.2);
        BrokenPromise.Unless(miner.PendingOpens-- > 0, "a channel opens once", $"channel {channel.Id}");
        BrokenPromise.Unless(miner.Channels.TryAdd(channel.Id, channel), "a channel opens once", $"channel {channel.Id}");
        foreach (Miner other in _open)
        {
            foreach (Channel known in other.Channels.Values)
            {
                BrokenPromise.Unless(
                    known == channel || !known.Prefix.AsSpan(0, 2).SequenceEqual(channel.Prefix.AsSpan(0, 2)),
                    "search spaces are apart",
                    $"channels {known.Id} and {channel.Id} share a prefix");
            }
        }

        _opened.Add(channel);
    }

    private void OnCloseMiner(SessionId session, MinerCloseCause cause, string reason)
    {
        if (!_miners.TryGetValue(session, out Miner? miner))
            return;
        bool isIdle = cause == MinerCloseCause.NoChannel && miner.Channels.Count == 0;
        BrokenPromise.Unless(miner.IsGuilty || isIdle, "no miner is closed without its own fault", $"miner {session.Value}: {reason}");
        _timeline.After(Delay(), () => RemoveMiner(miner));
    }

    private void RemoveMiner(Miner miner)
    {
        if (miner.IsClosed)
            return;
        miner.IsClosed = true;
        _miners.Remove(miner.Session);
        _open.Remove(miner);
        On(new CoreEvent.MinerClosed(miner.Session, "left"));
    }

    private void CloseOneChannel(Miner miner)
    {
        if (miner.IsGuilty || miner.Channels.Count < 2)
            return;
        Channel channel = _rng.Pick([.. miner.Channels.Values]);
        channel.IsClosed = true;
        miner.Channels.Remove(channel.Id);
        On(new CoreEvent.MinerMessage(miner.Session, new CloseChannel(channel.Id, "")));
    }
}
