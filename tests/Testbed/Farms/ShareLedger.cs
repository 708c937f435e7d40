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
/// <param name="BlocksWaiting">Blocks that only a whole-block submission could have brought there.</param>
internal readonly record struct Losses(int Shares, int SharesToFaults, int Blocks, int BlocksWaiting);

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
    /// <param name="mode">How the farm mines.</param>
    public Losses Losses(Func<MinerShare, PoolSite?> poolOf, ImmutableArray<FaultWindow> faults, FarmMode mode)
    {
        lock (_lock)
        {
            (int shares, int toFaults, int blocks, int waiting) = (0, 0, 0, 0);
            foreach (MinerShare share in _submitted.Values)
            {
                if (share.IsBlock && !_reachedChain.Contains(share.Hash) && !_refusedByDaemon.Contains(share.Hash))
                {
                    if (During(faults, share, FaultCost.Solutions) && !HasOtherWay(share, poolOf, faults, mode))
                        waiting++;
                    else
                        blocks++;
                }

                if (!_acceptedByDaemon.Contains(share.Hash) || _acceptedByPool.Contains(share.Hash)
                    || poolOf(share)?.Pool is not { HardestTarget: { } target } || share.Hash > target)
                    continue;
                if (During(faults, share, FaultCost.Shares))
                    toFaults++;
                else
                    shares++;
            }

            return new Losses(shares, toFaults, blocks, waiting);
        }
    }

    // A declared block is put together by the job declarator and the pool, while these are well.
    private bool HasOtherWay(
        MinerShare share, Func<MinerShare, PoolSite?> poolOf, ImmutableArray<FaultWindow> faults, FarmMode mode) =>
        mode == FarmMode.FullTemplate && poolOf(share) is not null
        && !faults.Any(window => window.Planned.Fault.Modes.Length < 3 && Covers(window, share));

    private bool During(ImmutableArray<FaultWindow> faults, MinerShare share, FaultCost cost) =>
        faults.Any(window => window.Planned.Fault.Costs.HasFlag(cost) && Covers(window, share));

    private bool Covers(FaultWindow window, MinerShare share) =>
        time.GetElapsedTime(window.From, share.FoundAt) > -Before
        && (window.To is not { } to || time.GetElapsedTime(to, share.FoundAt) < After);
}
