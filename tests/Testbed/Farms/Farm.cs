using System.Collections.Immutable;
using Testbed.BitcoinCore;
using Testbed.Consensus;
using Testbed.Daemons;
using Testbed.Faults;
using Testbed.JobDeclarators;
using Testbed.Miners;
using Testbed.Net;
using Testbed.Nodes;
using Testbed.Pools;
using Testbed.TemplateProviders;

namespace Testbed.Farms;

/// <summary>All roles around one daemon, on free loopback ports.</summary>
public sealed partial class Farm : IAsyncDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan SettleTimeout = TimeSpan.FromSeconds(5);

    private readonly FarmOptions _options;
    private readonly TimeProvider _time;
    private readonly RoleKeys _daemonKeys = RoleKeys.Generate();
    private readonly ShareLedger _ledger;
    private readonly FallbackWatch _watch;
    private readonly FaultRunner _faults;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _running = [];
    private readonly List<MiningDevice> _miners = [];
    private readonly string _dataDirectory = Path.Combine(Path.GetTempPath(), $"testbed-{Guid.NewGuid():n}");
    private IDaemon? _daemon;
    private ITimer? _fees;
    private Task _faulting = Task.CompletedTask;
    private long _started;

    /// <summary>A farm that is not started yet.</summary>
    /// <exception cref="ArgumentException">It cannot have the faults it is to have.</exception>
    public Farm(FarmOptions options, TimeProvider time)
    {
        (_options, _time, _ledger) = (options, time, new ShareLedger(time));
        if (options.Faults.Unfit(options) is { } unfit)
            throw new ArgumentException(unfit);
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
        Chain.BlockJudged += OnBlockJudged;
        Providers = [.. Enumerable.Range(0, Math.Max(1, options.Providers)).Select(_ =>
            new TemplateProvider(Chain, new TemplateProviderOptions(), time))];
        foreach (TemplateProvider provider in Providers)
            provider.SolutionJudged += OnSolutionJudged;
        if (options.Ipc is { } generation)
        {
            Node = new BitcoinCoreNode(Chain, new BitcoinCoreNodeOptions { Generation = generation }, time);
            Node.SolutionJudged += OnSolutionJudged;
        }

        var site = new PoolSiteOptions
        {
            SharesPerMinute = options.PoolSharesPerMinute,
            MissingShare = options.MissingShare,
            Seed = options.Seed,
        };
        if (options.SubmitsBlocks || !options.Faults.IsEmpty)
            Rpc = new RpcNode(Chain);
        Sites = [.. Enumerable.Range(0, Math.Max(1, options.Pools)).Select(index => new PoolSite(index, Chain, site, time))];
        foreach (PoolSite each in Sites)
        {
            each.Pool.ShareAccepted += _ledger.AcceptedByPool;
            each.Pool.ShareStale += _ledger.StaleAtPool;
        }

        _watch = new FallbackWatch(Sites, options.DaemonCommand is null, time);
        foreach (PoolSite each in Sites)
            each.Pool.JobAcknowledged += _watch.OnAcknowledged;
        _faults = new FaultRunner(options.Faults, this, _watch, time);
    }

    public Chain Chain { get; }

    /// <summary>Template providers, best first.</summary>
    public ImmutableArray<TemplateProvider> Providers { get; }

    /// <summary>The first template provider.</summary>
    public TemplateProvider Provider => Providers[0];

    /// <summary>The node whose socket gives templates in the first provider's stead; null without one.</summary>
    public BitcoinCoreNode? Node { get; }

    /// <summary>The node that takes whole blocks by JSON-RPC; null without one.</summary>
    public RpcNode? Rpc { get; }

    /// <summary>What whoever gives templates has seen.</summary>
    public TemplateProviderCounters ProviderCounters => TemplateProviderCounters.Sum(
        Providers.Select((provider, index) => index == 0 && Node is not null ? Node.Counters : provider.Counters));

    /// <summary>Pools with their job declarators, best first.</summary>
    public ImmutableArray<PoolSite> Sites { get; }

    /// <summary>The first pool.</summary>
    public Pool Pool => Sites[0].Pool;

    /// <summary>The first pool's job declarator.</summary>
    public JobDeclaratorServer Declarator => Sites[0].Declarator;

    /// <summary>The daemon, once started.</summary>
    public IDaemon Daemon => _daemon ?? throw new InvalidOperationException("the farm is not started");

    public IReadOnlyList<MiningDevice> Miners => _miners;

    /// <summary>Where miners connect.</summary>
    public ServerAddress MinersServer => new("127.0.0.1", Daemon.Port, _daemonKeys.AuthorityKey);

    /// <summary>Whom the miners work for: a pool's name, or "solo".</summary>
    public string Source => _watch.Source;

    /// <summary>Each change of it so far.</summary>
    public ImmutableArray<Fallback> Fallbacks => _watch.Fallbacks;

    /// <summary>What has failed so far, and when.</summary>
    public ImmutableArray<FaultWindow> FaultWindows => _faults.Windows;

    /// <summary>Whether every miner has work and, with a pool, shares of theirs have reached it.</summary>
    public bool IsAtWork => _miners.Count == _options.Miners && _miners.TrueForAll(miner => miner.Counters.HasWork)
        && (_options.Mode == FarmMode.Solo || Pool.Counters.SharesAccepted > 0);

    /// <summary>Time since the start.</summary>
    public TimeSpan Elapsed => _time.GetElapsedTime(_started);

    /// <summary>Starts every role, the daemon and the miners.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _started = _time.GetTimestamp();
        Node?.Start();
        foreach (TemplateProvider provider in Providers.Skip(Node is null ? 0 : 1))
            await provider.StartAsync(cancellationToken);
        Rpc?.Start();
        foreach (PoolSite site in _options.Mode == FarmMode.Solo ? [] : Sites)
            await site.StartAsync(cancellationToken);

        DaemonConfiguration configuration = Configuration();
        _daemon = _options.DaemonCommand is { } command
            ? await ProcessDaemon.StartAsync(command.IsEmpty ? null : command, configuration, _time, cancellationToken)
            : await InProcessDaemon.StartAsync(configuration, _time, cancellationToken, _watch.OnReport);
        for (int i = 0; i < _options.Miners; i++)
            StartMiner(i);
        if (_options.RealBlock is null)
            _fees = _time.CreateTimer(_ => Chain.AddTransactions(2), null, _options.FeeInterval, _options.FeeInterval);
        if (!_options.Faults.IsEmpty)
            _faulting = FailAsync(_stop.Token);
    }

    /// <summary>Waits for the goal or the end of the duration, stops the hashing and lets what is on its way arrive.</summary>
    public async Task<FarmReport> RunAsync(CancellationToken cancellationToken)
    {
        while (!GoalMet && Elapsed < _options.Duration && !_faulting.IsFaulted)
            await Task.Delay(Poll, _time, cancellationToken);
        if (_faulting.IsFaulted)
            await _faulting;
        string? missed = GoalMissed();
        await SettleAsync(cancellationToken);
        return Report(missed);
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

    /// <summary>A miner beside the farm's own, whose fate does not count.</summary>
    internal MiningDevice ExtraMiner(int index) => new(MinerOptions(index, $"extra.rig{index + 1}"), _time);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _fees?.Dispose();
        await _stop.CancelAsync();
        await _faulting.ContinueWith(static _ => { }, TaskScheduler.Default);
        try
        {
            await Task.WhenAll(_running);
        }
        finally
        {
            // A process of its own, which nothing else would end.
            if (_daemon is not null)
                await _daemon.DisposeAsync();
        }

        foreach (PoolSite site in Sites)
            await site.DisposeAsync();
        foreach (TemplateProvider provider in Providers)
            await provider.DisposeAsync();
        if (Node is not null)
            await Node.DisposeAsync();
        if (Rpc is not null)
            await Rpc.DisposeAsync();
        _faults.Dispose();
        _daemonKeys.Dispose();
        _stop.Dispose();
        if (Directory.Exists(_dataDirectory))
            Directory.Delete(_dataDirectory, recursive: true);
    }

    private async Task FailAsync(CancellationToken cancellationToken)
    {
        while (!IsAtWork)
            await Task.Delay(Poll, _time, cancellationToken);
        await _faults.RunAsync(cancellationToken);
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
        MoreProviders = [.. Providers.Skip(1).Select(provider => (provider.Port, provider.KeyText))],
        NodeNetwork = _options.NodeNetwork,
        Upstreams = _options.Mode == FarmMode.Solo
            ? []
            : [.. Sites.Select(site => new UpstreamAddress(site.Pool.Port, site.Declarator.Port, site.KeyText, "farm"))],
        SharesPerMinute = _options.SharesPerMinute,
        SupportedExtensions = [2],
        MonitorPort = _options.MonitorPort,
        Rpc = Rpc?.Url,
        Extra = _options.ExtraKeys,
        ExtraTables = _options is { ExtraTables: "", Faults.IsEmpty: false } ? ShortTimes.Tables : _options.ExtraTables,
        DataDirectory = _dataDirectory,
    };

    private void StartMiner(int index)
    {
        var miner = new MiningDevice(MinerOptions(index, $"farm.rig{index + 1}"), _time);
        miner.ShareSubmitted += _ledger.Submitted;
        miner.ShareAccepted += _ledger.AcceptedByDaemon;
        miner.ShareRefused += _ledger.RefusedByDaemon;
        miner.WorkTaken += _watch.OnWork;
        miner.Disconnected += _watch.OnDisconnected;
        _miners.Add(miner);
        _running.Add(miner.RunAsync(_stop.Token));
    }

    private MiningDeviceOptions MinerOptions(int index, string name)
    {
        (ImmutableArray<ChannelKind> kinds, bool standardJobs) = _options.ChannelsOf(index);
        return new MiningDeviceOptions
        {
            Server = MinersServer,
            UserIdentity = name,
            Channels = kinds,
            RequiresStandardJobs = standardJobs,
            HashRate = _options.HashRate,
            Extensions = kinds.Contains(ChannelKind.Extended) ? [2] : [],
            Seed = (_options.Seed * 1000) + index,
        };
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
        _miners.TrueForAll(miner => miner.Counters.SharesUnanswered == 0) && Losses() is { Shares: 0, Blocks: 0 };
}
