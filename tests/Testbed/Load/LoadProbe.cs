using System.Collections.Concurrent;
using System.Collections.Immutable;
using Testbed.Miners;
using Testbed.Pools;

namespace Testbed.Load;

/// <summary>Takes the times of what arrives at miners and pool. From any thread.</summary>
internal sealed class LoadProbe(TimeProvider time) : ILoadObserver
{
    private readonly Lock _lock = new();
    private readonly HashSet<LoadMiner> _reached = [];
    private readonly List<double> _times = [];
    private readonly ConcurrentDictionary<U256, long> _sent = new();
    private readonly List<double> _shareTimes = [];
    private long _begin;
    private U256? _awaitedPrevHash;
    private bool _awaitsJobs;
    private int _working;
    private int _refused;
    private int _ended;
    private bool _stopping;

    public int Working => Volatile.Read(ref _working);

    public int Refused => Volatile.Read(ref _refused);

    public int Ended => Volatile.Read(ref _ended);

    public int ReachedCount
    {
        get
        {
            lock (_lock)
                return _reached.Count;
        }
    }

    public void Stop() => _stopping = true;

    /// <summary>From now on arrivals are timed: of a prev-hash not seen before, or of jobs for the present tip.</summary>
    public void Begin(bool jobs, U256 oldPrevHash)
    {
        lock (_lock)
        {
            _reached.Clear();
            _times.Clear();
            _awaitsJobs = jobs;
            _awaitedPrevHash = jobs ? null : oldPrevHash;
            _begin = time.GetTimestamp();
        }
    }

    /// <summary>What is awaited leaves the template provider now: its own work before that is not counted.</summary>
    public void OnPublishing()
    {
        lock (_lock)
            _begin = time.GetTimestamp();
    }

    /// <summary>The times since <see cref="Begin"/>; nothing is timed any more.</summary>
    public Distribution? Finish()
    {
        lock (_lock)
        {
            (_awaitsJobs, _awaitedPrevHash) = (false, null);
            return Distribution.Of(_times);
        }
    }

    public void OnWork(LoadMiner miner) => Interlocked.Increment(ref _working);

    public void OnPrevHash(LoadMiner miner, U256 prevHash)
    {
        lock (_lock)
        {
            if (_awaitedPrevHash is { } old && prevHash != old)
                Reach(miner);
        }
    }

    public void OnPresentJob(LoadMiner miner)
    {
        lock (_lock)
        {
            if (_awaitsJobs)
                Reach(miner);
        }
    }

    public void OnRefused(LoadMiner miner, string code)
    {
        if (code != "stale-share")
            Interlocked.Increment(ref _refused);
    }

    public void OnEnded(LoadMiner miner, string reason)
    {
        if (!_stopping)
            Interlocked.Increment(ref _ended);
    }

    public void OnShareSending(U256 hash) => _sent[hash] = time.GetTimestamp();

    public void OnShareAtPool(PoolShare share)
    {
        if (!_sent.TryRemove(share.Hash, out long sent))
            return;
        lock (_lock)
            _shareTimes.Add(time.GetElapsedTime(sent, share.ReceivedAt).TotalMilliseconds);
    }

    /// <summary>Times of shares since the last call.</summary>
    public ImmutableArray<double> TakeShareTimes()
    {
        lock (_lock)
        {
            ImmutableArray<double> times = [.. _shareTimes];
            _shareTimes.Clear();
            return times;
        }
    }

    private void Reach(LoadMiner miner)
    {
        if (_reached.Add(miner))
            _times.Add(time.GetElapsedTime(_begin).TotalMilliseconds);
    }
}
