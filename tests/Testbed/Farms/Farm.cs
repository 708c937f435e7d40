using System.Collections.Immutable;
using Testbed.BitcoinCore;
using Testbed.Consensus;
using Testbed.Daemons;
using Testbed.JobDeclarators;
using Testbed.Miners;
using Testbed.Net;
using Testbed.Nodes;
using Testbed.Pools;
using Testbed.TemplateProviders;

namespace Testbed.Farms;

/// <summary>All roles around one daemon, on free loopback ports.</summary>
public sealed class Farm : IAsyncDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan SettleTimeout = TimeSpan.FromSeconds(5);

    private readonly FarmOptions _options;
    private readonly TimeProvider _time;
    private readonly RoleKeys _daemonKeys = RoleKeys.Generate();
    private readonly RoleKeys _poolKeys = RoleKeys.Generate();
    private readonly RoleKeys _declaratorKeys;
    private readonly ShareLedger _ledger = new();
    private readonly Lock _lock = new();
    private readonly HashSet<U256> _acceptedBlocks = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _running = [];
    private readonly List<MiningDevice> _miners = [];
    private readonly string _dataDirectory = Path.Combine(Path.GetTempPath(), $"testbed-{Guid.NewGuid():n}");
    private IDaemon? _daemon;
    private ITimer? _fees;
    private long _started;

    /// <summary>A farm that is not started yet.</summary>
    public Farm(FarmOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _declaratorKeys = RoleKeys.FromSecret(_poolKeys.SecretText);
        double hashesPerBlock = options.HashRate * options.Miners * options.BlockInterval.TotalSeconds;
        Chain = new Chain(
            new ChainOptions
            {
                Bits = Work.BitsOfTarget(Work.TargetOfHashes(hashesPerBlock)),
                TransactionCount = options.TransactionCount,
                RealBlock = options.RealBlock,
                Seed = options.Seed,
            },
            time);
        Provider = new TemplateProvider(Chain, new TemplateProviderOptions(), time);
        Provider.SolutionJudged += OnSolutionJudged;
        if (options.Ipc is { } generation)
        {
            Node = new BitcoinCoreNode(Chain, new BitcoinCoreNodeOptions { Generation = generation }, time);
            Node.SolutionJudged += OnSolutionJudged;
        }

        var backend = new PoolBackend(Chain, new PoolBackendOptions(), time);
        Pool = new Pool(
            backend,
            new PoolOptions
            {
                Keys = _poolKeys,
                SharesPerMinute = options.PoolSharesPerMinute,
                ShareBatchSize = 5,
                SupportedExtensions = [2],
                StaleGrace = TimeSpan.FromSeconds(2), // A block's own share reaches the pool after the block does.
            },
            time);
        Pool.ShareAccepted += _ledger.AcceptedByPool;
        Declarator = new JobDeclaratorServer(
            backend, new PartialMempool(Chain, options.MissingShare, options.Seed), new JobDeclaratorOptions { Keys = _declaratorKeys },
                time);
    }

    public Chain Chain { get; }

    public TemplateProvider Provider { get; }

    /// <summary>The node whose socket gives templates in the provider's stead; null without one.</summary>
    public BitcoinCoreNode? Node { get; }

    /// <summary>What whoever gives templates has seen.</summary>
    public TemplateProviderCounters ProviderCounters => Node?.Counters ?? Provider.Counters;

    public Pool Pool { get; }

    public JobDeclaratorServer Declarator { get; }

    /// <summary>The daemon, once started.</summary>
    public IDaemon Daemon => _daemon ?? throw new InvalidOperationException("the farm is not started");

    public IReadOnlyList<MiningDevice> Miners => _miners;

    /// <summary>Whether the goal is met: so many blocks were accepted by the provider.</summary>
    public bool GoalMet => _options.UntilBlocks > 0 && AcceptedBlocks >= _options.UntilBlocks;

    /// <summary>Different blocks that came to the provider and were good.</summary>
    public int AcceptedBlocks
    {
        get
        {
            lock (_lock)
                return _acceptedBlocks.Count;
        }
    }

    /// <summary>Time since the start.</summary>
    public TimeSpan Elapsed => _time.GetElapsedTime(_started);

    /// <summary>Starts every role, the daemon and the miners.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _started = _time.GetTimestamp();
        if (Node is null)
            await Provider.StartAsync(cancellationToken);
        else
            Node.Start();
        if (_options.Mode != FarmMode.Solo)
        {
            await Pool.StartAsync(cancellationToken);
            await Declarator.StartAsync(cancellationToken);
        }

        DaemonConfiguration configuration = Configuration();
        _daemon = _options.DaemonCommand is { } command
            ? await ProcessDaemon.StartAsync(command, configuration, _time, cancellationToken)
            : await InProcessDaemon.StartAsync(configuration, _time, cancellationToken);
        for (int i = 0; i < _options.Miners; i++)
            StartMiner(i);
        if (_options.RealBlock is null)
            _fees = _time.CreateTimer(_ => Chain.AddTransactions(2), null, _options.FeeInterval, _options.FeeInterval);
    }

    /// <summary>Waits for the goal or the end of the duration, stops the hashing and lets what is on its way arrive.</summary>
    public async Task<FarmReport> RunAsync(CancellationToken cancellationToken)
    {
        while (!GoalMet && Elapsed < _options.Duration)
            await Task.Delay(Poll, _time, cancellationToken);
        await SettleAsync(cancellationToken);
        return Report();
    }

    /// <summary>Waits until something is so.</summary>
    /// <exception cref="TimeoutException">It was not so within the duration; the message has the daemon's last lines.</exception>
    public async Task WaitUntilAsync(Func<bool> condition, string what, CancellationToken cancellationToken)
    {
        long begin = _time.GetTimestamp();
        while (!condition())
        {
            if (_time.GetElapsedTime(begin) > _options.Duration)
            {
                string lines = string.Join(Environment.NewLine, Daemon.LogTail.TakeLast(80));
                throw new TimeoutException($"not in time: {what}. {Report()}{Environment.NewLine}{lines}");
            }

            await Task.Delay(Poll, _time, cancellationToken);
        }
    }

    /// <summary>The figures so far.</summary>
    public FarmReport Report()
    {
        TemplateProviderCounters provider = ProviderCounters;
        PoolCounters pool = Pool.Counters;
        JobDeclaratorCounters declarator = Declarator.Counters;
        ImmutableArray<MiningDeviceCounters> miners = [.. _miners.Select(miner => miner.Counters)];
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
            SharesLost = SharesLost(),
            SharesCrossedTip = miners.Sum(miner => miner.SharesCrossedTip),
        };
        ImmutableArray<string> problems = FarmVerdict.Problems(_options, report, provider, pool, declarator, miners);
        return report with { Ok = problems.IsEmpty, Problems = problems };
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _fees?.Dispose();
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
        if (_daemon is not null)
            await _daemon.DisposeAsync();
        await Pool.DisposeAsync();
        await Declarator.DisposeAsync();
        await Provider.DisposeAsync();
        if (Node is not null)
            await Node.DisposeAsync();
        _daemonKeys.Dispose();
        _stop.Dispose();
        if (Directory.Exists(_dataDirectory))
            Directory.Delete(_dataDirectory, recursive: true);
    }

    private DaemonConfiguration Configuration() => new()
    {
        Mode = _options.Mode switch
        {
            FarmMode.FullTemplate => "FULLTEMPLATE",
            FarmMode.CoinbaseOnly => "COINBASEONLY",
            _ => "SOLOMINING",
        },
        Keys = _daemonKeys,
        ProviderPort = Node is null ? Provider.Port : 0,
        ProviderKeyText = Provider.KeyText,
        NodeSocket = Node?.SocketPath,
        Upstreams = _options.Mode == FarmMode.Solo ? [] : [new UpstreamAddress(Pool.Port, Declarator.Port, _poolKeys.PublicText, "farm")],
        SharesPerMinute = _options.SharesPerMinute,
        SupportedExtensions = [2],
        MonitorPort = _options.MonitorPort,
        ExtraTables = _options.ExtraTables,
        DataDirectory = _dataDirectory,
    };

    private void StartMiner(int index)
    {
        (ImmutableArray<ChannelKind> kinds, bool standardJobs) = _options.ChannelsOf(index);
        var miner = new MiningDevice(
            new MiningDeviceOptions
            {
                Server = new ServerAddress("127.0.0.1", Daemon.Port, _daemonKeys.AuthorityKey),
                UserIdentity = $"farm.rig{index + 1}",
                Channels = kinds,
                RequiresStandardJobs = standardJobs,
                HashRate = _options.HashRate,
                Extensions = kinds.Contains(ChannelKind.Extended) ? [2] : [],
                Seed = (_options.Seed * 1000) + index,
            },
            _time);
        miner.ShareSubmitted += _ledger.Submitted;
        miner.ShareAccepted += _ledger.AcceptedByDaemon;
        _miners.Add(miner);
        _running.Add(miner.RunAsync(_stop.Token));
    }

    private async Task SettleAsync(CancellationToken cancellationToken)
    {
        _fees?.Dispose();
        foreach (MiningDevice miner in _miners)
            miner.Hashing = false;
        long begin = _time.GetTimestamp();
        while (_time.GetElapsedTime(begin) < SettleTimeout && !IsSettled())
            await Task.Delay(Poll, _time, cancellationToken);
    }

    private bool IsSettled() =>
        _miners.TrueForAll(miner => miner.Counters.SharesUnanswered == 0)
        && SharesLost() == 0;

    private int SharesLost() =>
        Pool.HardestTarget is { } target && Pool.FirstJobAt is { } since ? _ledger.Lost(target, since) : 0;

    private void OnSolutionJudged(U256 hash, BlockOutcome outcome)
    {
        if (outcome.Status is not (BlockStatus.Accepted or BlockStatus.Duplicate))
            return;
        lock (_lock)
            _acceptedBlocks.Add(hash);
    }
}
