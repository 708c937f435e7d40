using System.Collections.Immutable;
using Testbed.Faults;
using Testbed.Miners;
using Testbed.Nodes;
using Testbed.Pools;

namespace Testbed.Farms;

/// <summary>What has not arrived: shares at their pool, blocks at the chain.</summary>
/// <param name="Shares">Shares that a pool should have.</param>
/// <param name="SharesToFaults">Those that a fault may cost.</param>
/// <param name="Blocks">Blocks that the network should have.</param>
/// <param name="BlocksIncomplete">Those of a template whose transactions its provider did not give before it failed.</param>
internal readonly record struct Losses(int Shares, int SharesToFaults, int Blocks, int BlocksIncomplete);

/// <summary>
/// Follows each share by its header's hash, which is the same at every hop. From any thread.
/// </summary>
internal sealed class ShareLedger(TimeProvider time)
{
    // What is on its way when a fault strikes, and what its end still has to put in order.
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan After = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<U256, MinerShare> _submitted = [];
    private readonly HashSet<U256> _acceptedByDaemon = [];
    private readonly HashSet<U256> _refusedByDaemon = [];
    private readonly HashSet<U256> _acceptedByPool = [];
    private readonly HashSet<U256> _staleAtPool = [];
    private readonly HashSet<U256> _reachedChain = [];

    public int BlocksFound
    {
        get
        {
            lock (_lock)
                return _submitted.Values.Count(share => share.IsBlock);
        }
    }

    /// <summary>Found blocks that are part of the chain, in time or too late, by whatever way.</summary>
    public int BlocksAtChain
    {
        get
        {
            lock (_lock)
                return _submitted.Values.Count(share => share.IsBlock && _reachedChain.Contains(share.Hash));
        }
    }

    public void Submitted(MinerShare share)
    {
        lock (_lock)
            _submitted[share.Hash] = share;
    }

    public void AcceptedByDaemon(U256 hash)
    {
        lock (_lock)
            _acceptedByDaemon.Add(hash);
    }

    public void RefusedByDaemon(U256 hash)
    {
        lock (_lock)
            _refusedByDaemon.Add(hash);
    }

    public void AcceptedByPool(PoolShare share)
    {
        lock (_lock)
            _acceptedByPool.Add(share.Hash);
    }

    public void StaleAtPool(U256 hash)
    {
        lock (_lock)
            _staleAtPool.Add(hash);
    }

    public void ReachedChain(U256 hash, BlockOutcome outcome)
    {
        if (outcome.Status == BlockStatus.Invalid)
            return;
        lock (_lock)
            _reachedChain.Add(hash);
    }

    /// <summary>Shares the daemon acknowledged and the pool they were mined for has not accepted; blocks the chain has not got.</summary>
    /// <param name="poolOf">Whom a share was mined for; null for solo work, which pays the farm.</param>
    /// <param name="faults">What was done to the roles, and when.</param>
    /// <param name="isIncomplete">Whether the transactions of a block's template were never given.</param>
    public Losses Losses(Func<MinerShare, PoolSite?> poolOf, ImmutableArray<FaultWindow> faults, Func<U256, bool> isIncomplete)
    {
        lock (_lock)
        {
            (int shares, int toFaults, int blocks, int incomplete) = (0, 0, 0, 0);
            foreach (MinerShare share in _submitted.Values)
            {
                if (share.IsBlock && !_reachedChain.Contains(share.Hash) && !_refusedByDaemon.Contains(share.Hash))
                {
                    if (faults.Any(window => window.Planned.Fault.CostsSolutions && Covers(window, share)) && isIncomplete(share.Hash))
                        incomplete++;
                    else
                        blocks++;
                }

                if (!_acceptedByDaemon.Contains(share.Hash) || _acceptedByPool.Contains(share.Hash) || _staleAtPool.Contains(share.Hash)
                    || poolOf(share)?.Pool is not { HardestTarget: { } target } || share.Hash > target)
                    continue;
                if (faults.Any(window => window.Planned.Fault.CostsShares && Covers(window, share)))
                    toFaults++;
                else
                    shares++;
            }

            return new Losses(shares, toFaults, blocks, incomplete);
        }
    }

    private bool Covers(FaultWindow window, MinerShare share) =>
        time.GetElapsedTime(window.From, share.FoundAt) > -Before
        && (window.To is not { } to || time.GetElapsedTime(to, share.FoundAt) < After);
}
