using Bitcoin;
using JdClient.Core;
using JdClient.Core.Engine;
using Simulation.Peers;
using Sv2.Protocol.Mining;

namespace Simulation.Engine;

// The promises, checked after every event: only what the event can have touched is looked at.
internal sealed partial class Simulator
{
    private static readonly TimeSpan MostBehind = TimeSpan.FromSeconds(2.5);

    private readonly HashSet<U256> _minerShares = [];
    private readonly HashSet<U256> _minerBlocks = [];
    private readonly List<U256> _sent = [];
    private readonly List<Channel> _opened = [];
    private readonly List<(Channel Channel, MinerJob Job)> _waiting = [];

    // Shares of this tip that were given up because too many, or too many jobs, waited.
    private int _madeRoom;

    // A job of this tip was: its later shares go the same way.
    private bool _jobMadeRoom;
    private U256 _tip;
    private long _epoch;
    private long _eventEpoch;
    private bool _hasWork;
    private bool _sourceMayHaveChanged;
    private (Link Link, PoolJob Job)? _acknowledging;
    private string? _refusal;
    private uint _submitting;
    private long _forwarded;
    private long _accepted;
    private long _blocks;

    private void BeginEvent()
    {
        _sent.Clear();
        _opened.Clear();
        _eventEpoch = _epoch;
    }

    // The tip that miners are on, as the core tells it.
    private void NoteTip(U256 prevHash)
    {
        _hasWork = true;
        if (prevHash == _tip)
            return;
        _tip = prevHash;
        _epoch++;
        _waiting.Clear();
        _madeRoom = 0;
        _jobMadeRoom = false;
        _minerShares.Clear();
        if (_minerBlocks.Count > 4096)
            _minerBlocks.Clear();
        foreach (Link link in _links.Values)
            link.Pool?.Current.Clear();
    }

    private void CheckEvent()
    {
        foreach (Channel channel in _opened)
            CheckWork(channel);
        if (_epoch != _eventEpoch || _sourceMayHaveChanged)
        {
            foreach (Miner miner in _open)
            {
                if (miner.IsGuilty)
                    continue;
                foreach (Channel channel in miner.Channels.Values)
                    CheckWork(channel);
            }
        }

        CheckPushes();
        if (_acknowledging is { } acknowledged)
        {
            _acknowledging = null;
            CheckFlushed(acknowledged.Link, acknowledged.Job);
        }

        _sourceMayHaveChanged = false;
        if (_events % 128 == 0)
            CheckBounds();
    }

    private void CheckWork(Channel channel)
    {
        BrokenPromise.Unless(
            channel is { Active: not null, PrevHash: not null } && channel.PrevHash.PrevHash == _tip,
            "every channel has valid work",
            $"channel {channel.Id} has job {channel.Active?.Id} on {channel.PrevHash?.PrevHash}, the tip is {_tip}");
        if (channel.Active!.Message is not NewExtendedMiningJob job || Pays(job, Configuration.SoloScript))
            return;
        foreach (Link link in _links.Values)
        {
            if (link is { Role: LinkRole.Pool, State: LinkState.Up } && Pays(job, Configuration.PoolScript(link.Index)))
                return;
        }

        throw new BrokenPromise("work is for a source that is there", $"channel {channel.Id} job {job.JobId}");
    }

    private static bool Pays(NewExtendedMiningJob job, ReadOnlySpan<byte> script) => job.CoinbaseTxSuffix.Span.IndexOf(script) > 0;

    // No provider that has delivered for a while is ahead of what miners are on.
    private void CheckTips()
    {
        foreach (Link link in _links.Values)
        {
            if (link is not { State: LinkState.Up, Tip: { } tip } || link.TipAt + MostBehind > _timeline.Now)
                continue;
            BrokenPromise.Unless(
                _chain.HeightOf(_tip) >= tip.Height,
                "miners are on the newest tip",
                $"{_chain.HeightOf(_tip)}, provider {link.Index} has announced {tip.Height} at {link.TipAt:HH:mm:ss.fff}");
        }
    }

    private void CheckBounds()
    {
        CheckAcknowledged();
        CheckTips();
        CheckTargets();
        CoreSnapshot snapshot = _core.Snapshot(_timeline.Now);
        int channels = _open.Sum(static miner => miner.Channels.Count);
        bool anyGuilty = _open.Exists(static miner => miner.IsGuilty);
        BrokenPromise.Unless(
            snapshot.Sessions == _open.Count && (anyGuilty || snapshot.ExtendedChannels + snapshot.StandardChannels == channels),
            "the maps are what they should be",
            $"sessions {snapshot.Sessions}/{_open.Count}, channels {snapshot.ExtendedChannels}+{snapshot.StandardChannels}/{channels}");
        BrokenPromise.Unless(
            snapshot.PendingOpens == (anyGuilty ? snapshot.PendingOpens : _open.Sum(static miner => miner.PendingOpens)),
            "the maps are what they should be",
            $"{snapshot.PendingOpens} pending opens");
        foreach (MapSize size in _core.Sizes())
            BrokenPromise.Unless(size.Count <= size.Bound, "maps and queues are bounded", size.ToString());
        BrokenPromise.Unless(
            snapshot.Counters.SharesSent == _forwarded && snapshot.Counters.BlocksFound >= _blocks,
            "the counters are right",
            $"{_forwarded} shares, {_blocks} blocks, {snapshot.Counters}");
    }

    private void CheckRecovered()
    {
        CoreSnapshot snapshot = _core.Snapshot(_timeline.Now);
        int? best = _upstreams.IsEmpty ? null : _upstreams[0].Id;
        BrokenPromise.Unless(
            snapshot.Source.UpstreamId == best,
            "the best source is mined for",
            $"{snapshot.Source} since {snapshot.SourceSince:HH:mm:ss}: {snapshot.SourceReason}; {string.Join("; ", snapshot.Upstreams)}");
        BrokenPromise.Unless(
            snapshot.Providers[0].State == ProviderState.Active,
            "the best provider is mined from",
            string.Join("; ", snapshot.Providers));
        CheckTemplates(snapshot);
    }

    // Miners are on what the provider that is mined from gave last, and it has given something lately.
    private void CheckTemplates(CoreSnapshot snapshot)
    {
        int provider = 0;
        while (provider < _nodes.Length && snapshot.Providers[provider].State != ProviderState.Active)
            provider++;
        Link? link = provider < _nodes.Length ? _nodes[provider].Link : null;
        BrokenPromise.Unless(
            _hasWork && link is not null && snapshot.Template?.TemplateId == link.Newest && link.NewestAt + _run.Recovery > _timeline.Now,
            "templates keep coming",
            $"{snapshot.Template}, given {link?.Newest} at {link?.NewestAt:HH:mm:ss}; {string.Join("; ", snapshot.Providers)}");
    }
}
