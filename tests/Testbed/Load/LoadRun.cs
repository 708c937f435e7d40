using System.Collections.Immutable;
using Sv2.Protocol;
using Testbed.Daemons;
using Testbed.JobDeclarators;
using Testbed.Load.Requests;
using Testbed.Miners;
using Testbed.Net;
using Testbed.Nodes;
using Testbed.Pools;
using Testbed.TemplateProviders;

namespace Testbed.Load;

/// <summary>
/// Measures a daemon in a process of its own from outside, in full-template mode: a storm of connections, idle memory, new
/// tips, fee updates, shares, and tips under shares. Clients and peers run on the same cores and are part of the times.
/// </summary>
internal sealed partial class LoadRun(LoadOptions options, TimeProvider time, Action<string> tell) : IAsyncDisposable
{
    private const uint UnreachableBits = 0x1a0ffff0;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(2);

    private readonly RoleKeys _daemonKeys = RoleKeys.Generate();
    private readonly RoleKeys _poolKeys = RoleKeys.Generate();
    private readonly LoadProbe _probe = new(time);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _running = [];
    private ImmutableArray<LoadMiner> _miners = [];
    private Chain? _chain;
    private TemplateProvider? _provider;
    private Pool? _pool;
    private JobDeclaratorServer? _declarator;
    private ProcessDaemon? _daemon;
    private int _sharesSent;

    public async Task<LoadReport> RunAsync(CancellationToken cancellationToken)
    {
        await StartAsync(cancellationToken);
        var process = new ProcessFigures(_daemon!.ProcessId);
        await WarmUpAsync(cancellationToken);
        long rssBefore = process.RssKb();

        double cpu = process.CpuMs();
        double storm = await StormAsync(cancellationToken);
        double stormCpu = process.CpuMs() - cpu;
        tell($"storm: {storm:0} ms");
        await Task.Delay(TimeSpan.FromSeconds(3), time, cancellationToken);
        long rssIdle = process.RssKb();

        cpu = process.CpuMs();
        Distribution? tips = await FanOutAsync(jobs: false, cancellationToken);
        double tipCpu = (process.CpuMs() - cpu) / Math.Max(1, options.Tips);
        tell($"tips: {tips}");
        Distribution? fees = await FanOutAsync(jobs: true, cancellationToken);
        tell($"fee updates: {fees}");

        using var stopShares = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task shares = SendSharesAsync(stopShares.Token);
        await Task.Delay(TimeSpan.FromSeconds(2), time, cancellationToken);
        (cpu, int sentBefore) = (process.CpuMs(), Volatile.Read(ref _sharesSent));
        Distribution? shareTimes = await ShareTimesAsync(cancellationToken);
        double shareCpu = process.CpuMs() - cpu;
        int measured = Volatile.Read(ref _sharesSent) - sentBefore;
        tell($"shares: {shareTimes}");
        Distribution? hostileTimes = options.HostileShare > 0 ? await ShareTimesAmongHostileAsync(cancellationToken) : null;
        ImmutableArray<RequestReport> requests =
            options.RequestsPerSecond > 0 ? await ShareTimesAmongRequestsAsync(process, cancellationToken) : [];
        Distribution? tipsUnderShares = options.SharesPerSecond > 0 ? await FanOutAsync(jobs: false, cancellationToken) : null;
        await stopShares.CancelAsync();
        await shares;
        await Task.Delay(Quiet, time, cancellationToken);

        return new LoadReport
        {
            Miners = options.Miners,
            SharesPerSecond = options.SharesPerSecond,
            Tips = options.Tips,
            StormMs = Math.Round(storm, 1),
            StormCpuMsPerMiner = Math.Round(stormCpu / options.Miners, 3),
            RssBeforeKb = rssBefore,
            RssIdleKb = rssIdle,
            RssKbPerMiner = Math.Round((double)(rssIdle - rssBefore) / options.Miners, 1),
            TipToPrevHashMs = tips,
            TipCpuMs = Math.Round(tipCpu, 1),
            FeeToJobMs = fees,
            SharesSent = _sharesSent,
            SharesAtPool = _pool!.Counters.SharesAccepted,
            SharesRefused = _probe.Refused + _pool.Counters.SharesRefused.Where(pair => pair.Key != "stale-share").Sum(pair => pair.Value),
            ShareInToOutMs = shareTimes,
            ShareInToOutWithHostileMs = hostileTimes,
            Requests = requests,
            CpuUsPerShare = measured == 0 ? 0 : Math.Round(shareCpu * 1000 / measured, 1),
            TipUnderSharesMs = tipsUnderShares,
            RssEndKb = process.RssKb(),
            Disconnects = _probe.Ended,
        };
    }

    public async ValueTask DisposeAsync()
    {
        _probe.Stop();
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
        if (_daemon is not null)
            await _daemon.DisposeAsync();
        if (_pool is not null)
            await _pool.DisposeAsync();
        if (_declarator is not null)
            await _declarator.DisposeAsync();
        if (_provider is not null)
            await _provider.DisposeAsync();
        _daemonKeys.Dispose();
        _stop.Dispose();
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        _chain = new Chain(new ChainOptions { Bits = UnreachableBits, TransactionCount = options.TransactionCount }, time);
        _provider = new TemplateProvider(_chain, new TemplateProviderOptions(), time);
        _provider.Publishing += _probe.OnPublishing;
        var backend = new PoolBackend(_chain, new PoolBackendOptions(), time);
        _pool = new Pool(
            backend,
            new PoolOptions { Keys = _poolKeys, SharesPerMinute = 1e12, ShareBatchSize = 100, StaleGrace = TimeSpan.FromSeconds(2) },
            time);
        _pool.ShareAccepted += _probe.OnShareAtPool;
        _declarator = new JobDeclaratorServer(
            backend, _chain, new JobDeclaratorOptions { Keys = RoleKeys.FromSecret(_poolKeys.SecretText) }, time);
        await _provider.StartAsync(cancellationToken);
        await _pool.StartAsync(cancellationToken);
        await _declarator.StartAsync(cancellationToken);
        var configuration = new DaemonConfiguration
        {
            Mode = "FULLTEMPLATE",
            Keys = _daemonKeys,
            ProviderPort = _provider.Port,
            ProviderKeyText = _provider.KeyText,
            Upstreams = [new UpstreamAddress(_pool.Port, _declarator.Port, _poolKeys.PublicText, "load")],
            // The least hash rate the daemon assumes is 1 kH/s: every tenth hash is a share. The limits scale with this, so where
            // they are what is measured it is nearer to a real one.
            SharesPerMinute = options.HostileShare > 0 ? 600 : 6_000,
            ShareBatchSize = 10,
            MonitorPort = options.RequestsPerSecond > 0 ? 0 : null,
        };
        _daemon = await ProcessDaemon.StartAsync(options.DaemonCommand, configuration, time, cancellationToken);
    }

    // One miner of its own until the pool has its first job: neither compilation nor the upstream's set-up is measured.
    private async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        Connect(-1);
        await UntilAsync(() => _probe.Working == 1 && _pool!.Counters.CustomJobsAccepted > 0, "the first job", cancellationToken);
        await Task.Delay(Quiet, time, cancellationToken);
    }

    private async Task<double> StormAsync(CancellationToken cancellationToken)
    {
        long begin = time.GetTimestamp();
        _miners = [.. Enumerable.Range(0, options.Miners).Select(Connect)];
        await UntilAsync(() => _probe.Working == options.Miners + 1, "work for every miner", cancellationToken);
        return time.GetElapsedTime(begin).TotalMilliseconds;
    }

    private async Task<Distribution?> FanOutAsync(bool jobs, CancellationToken cancellationToken)
    {
        List<Distribution> several = [];
        for (int i = 0; i < options.Tips; i++)
        {
            _probe.Begin(jobs, _chain!.Tip.Hash);
            if (jobs)
                _chain.AddTransactions(1);
            else
                _chain.MineElsewhere();
            await UntilAsync(() => _probe.ReachedCount == options.Miners + 1, jobs ? "the job at every miner" : "the tip at every miner",
                cancellationToken);
            if (_probe.Finish() is { } times)
                several.Add(times);
            await Task.Delay(Quiet, time, cancellationToken);
        }

        return Distribution.Typical(several);
    }

    private async Task<Distribution?> ShareTimesAsync(CancellationToken cancellationToken)
    {
        List<Distribution> windows = [];
        _probe.TakeShareTimes();
        for (TimeSpan left = options.SharesPerSecond > 0 ? options.ShareTime : TimeSpan.Zero; left > TimeSpan.Zero; left -= options.Window)
        {
            await Task.Delay(left < options.Window ? left : options.Window, time, cancellationToken);
            if (Distribution.Of(_probe.TakeShareTimes()) is { } window)
                windows.Add(window);
        }

        return Distribution.Typical(windows);
    }

    private async Task SendSharesAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Tick, time);
        long begin = time.GetTimestamp();
        int next = 0;
        try
        {
            while (options.SharesPerSecond > 0 && await timer.WaitForNextTickAsync(cancellationToken))
            {
                int due = (int)(time.GetElapsedTime(begin).TotalSeconds * options.SharesPerSecond);
                for (; next < due; next++)
                {
                    if (_miners[next % _miners.Length].SendShare(_probe.OnShareSending) is not null)
                        Interlocked.Increment(ref _sharesSent);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Enough shares.
        }
    }

    private LoadMiner Connect(int index)
    {
        var server = new ServerAddress("127.0.0.1", _daemon!.Port, _daemonKeys.AuthorityKey);
        var miner = new LoadMiner(index, server, _probe, time);
        _running.Add(RunAsync(server, miner));
        return miner;
    }

    // Where the backlog is full the system lets a client wait for seconds; it tries again, as a miner does.
    private async Task RunAsync(ServerAddress server, LoadMiner miner)
    {
        while (!(await RoleClient.RunAsync(server, PeerRole.MiningServer, miner, time, _stop.Token)).Connected
            && !_stop.IsCancellationRequested)
            await Task.Delay(RetryPause, time, CancellationToken.None);
    }

    private async Task UntilAsync(Func<bool> condition, string what, CancellationToken cancellationToken)
    {
        long begin = time.GetTimestamp();
        while (!condition())
        {
            if (time.GetElapsedTime(begin) > Patience)
            {
                string state = $"{_probe.Working} at work, {_probe.ReachedCount} reached, {_probe.Ended} ended";
                string lines = string.Join(Environment.NewLine, _daemon!.LogTail.TakeLast(40));
                throw new TimeoutException($"not within {Patience.TotalSeconds} s: {what} ({state}){Environment.NewLine}{lines}");
            }

            await Task.Delay(Tick, time, cancellationToken);
        }
    }
}
