using Sv2.Protocol;
using Sv2.Protocol.Common;
using Sv2.Protocol.Mining;
using Testbed.Consensus;
using Testbed.Net;
using Testbed.Nodes;

namespace Testbed.Pools;

/// <summary>A share the pool accepted.</summary>
/// <param name="Hash">Its header's hash.</param>
/// <param name="Worker">The identity in its TLV field, or null.</param>
/// <param name="ReceivedAt">When it came, a timestamp of the clock.</param>
public sealed record PoolShare(U256 Hash, string? Worker, long ReceivedAt);

/// <summary>
/// A pool's mining server for clients that select their own work (spec 05 with REQUIRES_WORK_SELECTION). All members may be
/// called from any thread.
/// </summary>
public sealed partial class Pool : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly PoolBackend _backend;
    private readonly PoolOptions _options;
    private readonly TimeProvider _time;
    private readonly RoleServer _server;
    private readonly HashSet<PoolSession> _sessions = [];
    private PoolCounters _counters = new();
    private U256? _hardestTarget;
    private U256 _tipHash;
    private U256 _previousTipHash;
    private DateTimeOffset _tipChangedAt;
    private uint _lastPrefix;
    private long? _firstJobAt;

    /// <summary>A pool that is not listening yet.</summary>
    public Pool(PoolBackend backend, PoolOptions options, TimeProvider time)
    {
        (_backend, _options, _time) = (backend, options, time);
        _server = new RoleServer("pool", options.Endpoint, options.Keys, PeerRole.MiningClient, time, Accept);
        _tipHash = backend.Node.Tip.Hash;
        backend.Node.TipChanged += OnTipChanged;
    }

    /// <summary>Raised for every share accepted, outside of locks.</summary>
    public event Action<PoolShare>? ShareAccepted;

    /// <summary>Raised with the hash of every share refused for its tip alone, outside of locks.</summary>
    public event Action<U256>? ShareStale;

    /// <summary>Raised with every custom job acknowledged, under the pool's lock.</summary>
    public event Action<SetCustomMiningJob>? JobAcknowledged;

    /// <summary>Knobs.</summary>
    public PoolFaults Faults { get; } = new();

    /// <summary>Where it listens.</summary>
    public int Port => _server.Port;

    /// <summary>What its clients configure.</summary>
    public RoleKeys Keys => _options.Keys;

    /// <summary>Connections open now.</summary>
    public int ConnectionCount => _server.ConnectionCount;

    /// <summary>What it has seen and done so far.</summary>
    public PoolCounters Counters
    {
        get
        {
            lock (_lock)
            {
                double hashRate = _sessions.SelectMany(session => session.Channels.Values).Sum(channel => channel.NominalHashRate);
                return _counters with { NominalHashRate = hashRate };
            }
        }
    }

    /// <summary>The smallest target any channel has had; null before the first channel.</summary>
    public U256? HardestTarget
    {
        get
        {
            lock (_lock)
                return _hardestTarget;
        }
    }

    /// <summary>When the first custom job was acknowledged, a timestamp of the clock; null before.</summary>
    public long? FirstJobAt
    {
        get
        {
            lock (_lock)
                return _firstJobAt;
        }
    }

    /// <summary>Listens; after <see cref="StopAsync"/> again on the same port.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => _server.StartAsync(cancellationToken);

    /// <summary>Closes the listener and every connection.</summary>
    public Task StopAsync() => _server.StopAsync();

    /// <summary>Cuts every connection.</summary>
    public void DisconnectAll() => _server.DisconnectAll();

    /// <summary>Stands still: reads, writes and accepts nothing.</summary>
    public void Hold() => _server.Hold();

    /// <summary>Goes on where it was held.</summary>
    public void Release() => _server.Release();

    /// <summary>Tells every client to go elsewhere; an empty host means the same host.</summary>
    public void SendReconnect(string host, ushort port) => ForEachSession(session => session.Peer.Send(new Reconnect(host, port)));

    /// <summary>Closes every channel.</summary>
    public void CloseChannels(string reason) => ForEachSession(session =>
    {
        foreach (uint id in session.Channels.Keys)
            session.Peer.Send(new CloseChannel(id, reason));
        session.Channels.Clear();
    });

    /// <summary>Gives every channel a new extranonce prefix.</summary>
    public void ChangeExtranoncePrefixes() => ForEachSession(session =>
    {
        foreach (PoolChannel channel in session.Channels.Values)
        {
            channel.ExtranoncePrefix = NextPrefix();
            session.Peer.Send(new SetExtranoncePrefix(channel.Id, channel.ExtranoncePrefix));
        }
    });

    /// <summary>Sets the target of every channel.</summary>
    public void SetTargets(U256 target) => ForEachSession(session =>
    {
        foreach (PoolChannel channel in session.Channels.Values)
            SetTarget(session, channel, target);
    });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _backend.Node.TipChanged -= OnTipChanged;
        await _server.DisposeAsync();
    }

    internal void Ended(PoolSession session)
    {
        lock (_lock)
            _sessions.Remove(session);
    }

    internal void Violation(PoolSession session, string what)
    {
        lock (_lock)
            _counters = _counters with { Violations = _counters.Violations.Add(what) };
        session.Peer.Close(what);
    }

    /// <summary>Sends an answer, now or later, or not at all.</summary>
    internal void Answer(PoolSession session, Sv2Message answer) => Replies.Send(session.Peer, answer, Faults.Hang, Faults.AnswerDelay,
        _time);

    private PoolSession Accept()
    {
        var session = new PoolSession(this, _options);
        lock (_lock)
        {
            _sessions.Add(session);
            _counters = _counters with { Connections = _counters.Connections + 1 };
        }

        return session;
    }

    private void ForEachSession(Action<PoolSession> action)
    {
        lock (_lock)
        {
            foreach (PoolSession session in _sessions)
                action(session);
        }
    }

    private void OnTipChanged(Tip tip)
    {
        lock (_lock)
        {
            if (tip.Hash == _tipHash)
                return;
            (_previousTipHash, _tipHash, _tipChangedAt) = (_tipHash, tip.Hash, _time.GetUtcNow());
            foreach (PoolChannel channel in _sessions.SelectMany(session => session.Channels.Values))
                channel.Forget(IsCurrent);
        }
    }

    private bool IsCurrent(U256 prevHash) =>
        prevHash == _tipHash || (prevHash == _previousTipHash && _time.GetUtcNow() - _tipChangedAt < _options.StaleGrace);

    private byte[] NextPrefix()
    {
        byte[] counter = BitConverter.GetBytes(++_lastPrefix);
        return [.. Enumerable.Range(0, _options.ExtranoncePrefixSize).Select(i => i < 4 ? counter[i] : (byte)0)];
    }

    private void SetTarget(PoolSession session, PoolChannel channel, U256 target)
    {
        channel.Target = target;
        NoteTarget(target);
        session.Peer.Send(new SetTarget(channel.Id, target));
    }

    private void NoteTarget(U256 target) => _hardestTarget = _hardestTarget is { } known && known < target ? known : target;

    private U256 TargetFor(double hashRate, U256 maxTarget)
    {
        U256 target = Work.TargetOfHashes(hashRate * 60 / _options.SharesPerMinute);
        return target < maxTarget ? target : maxTarget;
    }

    private uint Now() => (uint)_time.GetUtcNow().ToUnixTimeSeconds();
}
