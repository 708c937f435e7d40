using Testbed.Miners;
using Testbed.Pools;

namespace Testbed.Farms;

/// <summary>
/// Follows each share by its header's hash, which is the same at every hop. From any thread.
/// </summary>
internal sealed class ShareLedger
{
    private readonly Lock _lock = new();
    private readonly HashSet<U256> _acceptedByDaemon = [];
    private readonly HashSet<U256> _acceptedByPool = [];
    private readonly HashSet<U256> _blocks = [];
    private readonly Dictionary<U256, long> _jobSince = [];

    public int BlocksFound
    {
        get
        {
            lock (_lock)
                return _blocks.Count;
        }
    }

    public void Submitted(MinerShare share)
    {
        lock (_lock)
        {
            _jobSince[share.Hash] = share.JobSince;
            if (share.IsBlock)
                _blocks.Add(share.Hash);
        }
    }

    public void AcceptedByDaemon(U256 hash)
    {
        lock (_lock)
            _acceptedByDaemon.Add(hash);
    }

    public void AcceptedByPool(PoolShare share)
    {
        lock (_lock)
            _acceptedByPool.Add(share.Hash);
    }

    /// <summary>Shares the daemon acknowledged, that meet the pool's target, and that the pool has not accepted.</summary>
    /// <param name="poolTarget">The hardest target the pool has set.</param>
    /// <param name="since">Jobs that came into force earlier were solo work, which pays the farm and not the pool.</param>
    public int Lost(U256 poolTarget, long since)
    {
        lock (_lock)
            return _acceptedByDaemon.Count(hash => hash <= poolTarget && !_acceptedByPool.Contains(hash)
                && _jobSince.GetValueOrDefault(hash) > since);
    }
}
