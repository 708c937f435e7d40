using System.Collections.Concurrent;
using Sv2.Protocol;
using Testbed.BitcoinCore;
using Testbed.Daemons;
using Testbed.Load;
using Testbed.Miners;
using Testbed.Net;
using Testbed.Nodes;

namespace Testbed.Latency;

/// <summary>
/// Measures how long a node's change of tip takes to a miner's socket, through the daemon's IPC client, in solo mode. The
/// daemon is a process of its own; one miner is connected to it.
/// </summary>
internal sealed class LatencyRun(LatencyOptions options, TimeProvider time) : ILoadObserver, IAsyncDisposable
{
    private const uint UnreachableBits = 0x1a0ffff0;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(200);

    /// <summary>Tips that are not counted: compilation and caches.</summary>
    private const int WarmUp = 3;

    private readonly RoleKeys _daemonKeys = RoleKeys.Generate();
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _working = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<U256, TaskCompletionSource<DateTimeOffset>> _arrivals = new();
    private BitcoinCoreNode? _node;
    private ProcessDaemon? _daemon;
    private Task _mining = Task.CompletedTask;

    public async Task<LatencyReport> RunAsync(CancellationToken cancellationToken)
    {
        ITipSource tips = Start();
        var configuration = new DaemonConfiguration
        {
            Mode = "SOLOMINING",
            Keys = _daemonKeys,
            ProviderPort = 0,
            NodeSocket = options.Node?.Socket ?? _node!.SocketPath,
        };
        _daemon = await ProcessDaemon.StartAsync(options.DaemonCommand, configuration, time, cancellationToken);
        var server = new ServerAddress("127.0.0.1", _daemon.Port, _daemonKeys.AuthorityKey);
        _mining = RoleClient.RunAsync(server, PeerRole.MiningServer, new LoadMiner(0, server, this, time), time, _stop.Token);
        await _working.Task.WaitAsync(Patience, time, cancellationToken);

        List<double> times = [];
        for (int i = 0; i < WarmUp + options.Tips; i++)
        {
            await Task.Delay(Quiet, time, cancellationToken);
            (U256 hash, DateTimeOffset at) = await tips.NextAsync(cancellationToken);
            DateTimeOffset arrived = await Arrival(hash).Task.WaitAsync(Patience, time, cancellationToken);
            if (i >= WarmUp)
                times.Add((arrived - at).TotalMilliseconds);
        }

        return new LatencyReport
        {
            Node = options.Node?.Socket ?? $"testbed {(int)options.Generation}, {options.TransactionCount} transactions",
            Tips = options.Tips,
            TipToWorkMs = Distribution.Of(times),
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _mining;
        if (_daemon is not null)
            await _daemon.DisposeAsync();
        if (_node is not null)
            await _node.DisposeAsync();
        _daemonKeys.Dispose();
        _stop.Dispose();
    }

    public void OnWork(LoadMiner miner) => _working.TrySetResult();

    public void OnPrevHash(LoadMiner miner, U256 prevHash) => Arrival(prevHash).TrySetResult(time.GetUtcNow());

    public void OnPresentJob(LoadMiner miner)
    {
    }

    public void OnRefused(LoadMiner miner, string code)
    {
    }

    public void OnEnded(LoadMiner miner, string reason) =>
        _working.TrySetException(new InvalidOperationException($"the miner's connection ended: {reason}"));

    private ITipSource Start()
    {
        if (options.Node is { } real)
            return new RealNodeTips(real);
        var chain = new Chain(new ChainOptions { Bits = UnreachableBits, TransactionCount = options.TransactionCount }, time);
        var tips = new ChainTips(chain, time);
        _node = new BitcoinCoreNode(chain, new BitcoinCoreNodeOptions { Generation = options.Generation }, time);
        _node.Start();
        return tips;
    }

    private TaskCompletionSource<DateTimeOffset> Arrival(U256 hash) =>
        _arrivals.GetOrAdd(hash, _ => new TaskCompletionSource<DateTimeOffset>(TaskCreationOptions.RunContinuationsAsynchronously));
}
