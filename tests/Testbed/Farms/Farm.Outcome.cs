using System.Collections.Immutable;
using Testbed.Faults;
using Testbed.JobDeclarators;
using Testbed.Miners;
using Testbed.Nodes;
using Testbed.Pools;
using Testbed.TemplateProviders;

namespace Testbed.Farms;

// What has come of it so far, and whether that was the goal.
public sealed partial class Farm
{
    private readonly Lock _lock = new();
    private readonly HashSet<U256> _acceptedBlocks = [];
    private int _chainBlocks;
    private Mark? _healed;

    /// <summary>Different blocks that came to the provider and were good.</summary>
    public int AcceptedBlocks
    {
        get
        {
            lock (_lock)
                return _acceptedBlocks.Count;
        }
    }

    /// <summary>Blocks of the miners that have become the tip, by whatever way they came.</summary>
    public int ChainBlocks
    {
        get
        {
            lock (_lock)
                return _chainBlocks;
        }
    }

    /// <summary>
    /// Whether the goal is met: so many blocks were accepted by the provider; with faults, so many blocks have come to the
    /// chain since the last one was healed, and the first pool is mined for again.
    /// </summary>
    public bool GoalMet => _options.UntilBlocks > 0 && GoalMissed() is null;

    /// <summary>What fails now, what is mined for, and how often that changed; null in a farm without faults.</summary>
    public string? FaultText
    {
        get
        {
            if (_options.Faults.IsEmpty)
                return null;
            ImmutableArray<FaultWindow> windows = FaultWindows;
            IEnumerable<PlannedFault> now = windows.Where(window => window.To is null).Select(window => window.Planned);
            string names = string.Join(", ", now);
            string count = $"{windows.Length} of {_options.Faults.Strikes} so far";
            return $"{(names.Length == 0 ? "none now" : names)} ({count}); mining for {Source}, {Fallbacks.Length} changes";
        }
    }

    /// <summary>The figures so far.</summary>
    public FarmReport Report() => Report(GoalMissed());

    private string? GoalMissed()
    {
        if (_options.Faults.IsEmpty)
            return AcceptedBlocks < _options.UntilBlocks ? $"{AcceptedBlocks} of {_options.UntilBlocks} blocks" : null;
        if (_faults.HealedAt is null)
            return "the faults are not over";
        PoolCounters pool = Pool.Counters;
        lock (_lock)
        {
            _healed ??= new Mark(_chainBlocks, pool.CustomJobsAccepted, pool.SharesAccepted);
            int blocks = _chainBlocks - _healed.Blocks;
            if (_options.Mode != FarmMode.Solo)
            {
                if (Source != Sites[0].Name)
                    return $"after the faults the first pool is not mined for, but {Source}";
                if (pool.CustomJobsAccepted <= _healed.Jobs || pool.SharesAccepted <= _healed.Shares)
                    return "after the faults no share of a new job has reached the first pool";
            }

            return blocks < _options.UntilBlocks ? $"{blocks} of {_options.UntilBlocks} blocks after the faults" : null;
        }
    }

    private FarmReport Report(string? goalMissed)
    {
        TemplateProviderCounters provider = ProviderCounters;
        PoolCounters pool = PoolCounters.Sum(Sites.Select(site => site.Pool.Counters));
        JobDeclaratorCounters declarator = JobDeclaratorCounters.Sum(Sites.Select(site => site.Declarator.Counters));
        ImmutableArray<MiningDeviceCounters> miners = [.. _miners.Select(miner => miner.Counters)];
        Losses losses = Losses();
        var report = new FarmReport
        {
            Mode = _options.Mode.ToString().ToLowerInvariant(),
            Templates = provider.Templates,
            JobsDeclared = _options.Mode == FarmMode.CoinbaseOnly
                ? pool.CustomJobsAccepted + pool.CustomJobsRefused.Values.Sum()
                : declarator.Declarations,
            JobsAcknowledged = pool.CustomJobsAccepted,
            SharesSubmitted = miners.Sum(miner => miner.SharesSubmitted),
            SharesAcceptedByJdc = miners.Sum(miner => miner.SharesAccepted),
            SharesAcceptedByPool = pool.SharesAccepted,
            SharesRejected = miners.Sum(miner => miner.SharesRefused.Values.Sum()) + pool.SharesRefused.Values.Sum(),
            BlocksFound = _ledger.BlocksFound,
            BlocksAcceptedByProvider = AcceptedBlocks,
            SolutionsPushed = declarator.Solutions,
            MinerDisconnects = miners.Sum(miner => miner.Disconnects),
            ElapsedMs = (long)Elapsed.TotalMilliseconds,
            Ok = false,
            Fallbacks = Fallbacks,
            MinerIdleMsMax = Math.Round(miners.Select(miner => miner.LongestIdle.TotalMilliseconds).DefaultIfEmpty(0).Max(), 1),
            SharesLost = losses.Shares,
            SharesLostToFaults = losses.SharesToFaults,
            BlocksLost = losses.Blocks,
            BlocksIncomplete = losses.BlocksIncomplete,
            SharesCrossedTip = miners.Sum(miner => miner.SharesCrossedTip),
            GoalMissed = goalMissed,
        };
        ImmutableArray<string> problems = FarmVerdict.Problems(_options, report, provider, pool, declarator, miners);
        return report with { Ok = problems.IsEmpty, Problems = problems };
    }

    private Losses Losses() => _ledger.Losses(
        _watch.PoolOf,
        _faults.Windows,
        block => _watch.IsIncomplete(block) || new DaemonJournal(_dataDirectory).IsIncomplete(block));

    private void OnSolutionJudged(U256 hash, BlockOutcome outcome)
    {
        if (outcome.Status is not (BlockStatus.Accepted or BlockStatus.Duplicate))
            return;
        lock (_lock)
            _acceptedBlocks.Add(hash);
    }

    private void OnBlockJudged(U256 hash, BlockOutcome outcome)
    {
        _ledger.ReachedChain(hash, outcome);
        if (outcome.Status != BlockStatus.Accepted)
            return;
        lock (_lock)
            _chainBlocks++;
    }

    // Where the counters stood when the last fault was healed.
    private sealed record Mark(int Blocks, int Jobs, int Shares);
}
