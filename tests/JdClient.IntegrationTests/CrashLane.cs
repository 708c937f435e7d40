using System.Collections.Concurrent;
using Bitcoin;
using Testbed.Consensus;
using Testbed.Daemons;
using Testbed.Miners;
using Testbed.Net;
using Testbed.Nodes;
using Testbed.TemplateProviders;
using TestSupport;

namespace JdClient.IntegrationTests;

/// <summary>How the daemon ends.</summary>
public enum CrashWay
{
    /// <summary>SIGKILL.</summary>
    Killed,

    /// <summary>SIGTERM.</summary>
    Stopped,
}

/// <summary>
/// One daemon that mines solo, ends around a found block and starts again, several times, with one data directory. A template
/// provider and a node that takes whole blocks stand before the same chain; each may be away when the block is found, and the provider
/// may be another one afterwards, whose template ids begin at 1. Everything random comes from the seed.
/// </summary>
internal sealed class CrashLane : IAsyncDisposable
{
    private const double HashesPerBlock = 2000;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly int _seed;
    private readonly CrashWay _way;
    private readonly IReadOnlyList<string> _command;
    private readonly Random _random;
    private readonly RoleKeys _keys = RoleKeys.Generate();
    private readonly string _providerSecret = RoleKeys.Generate().SecretText;
    private readonly string _data = Directory.CreateTempSubdirectory("crash-").FullName;
    private readonly Chain _chain;
    private readonly RpcNode _node;
    private readonly ConcurrentDictionary<U256, string> _reached = new();
    private readonly ConcurrentQueue<string> _invalid = new();
    private TemplateProvider _provider;
    private ProcessDaemon? _daemon;

    internal CrashLane(int seed, CrashWay way, DaemonBuild build = DaemonBuild.Runtime)
    {
        (_seed, _way, _command, _random) = (seed, way, Builds.Command(build), new Random(seed));
        _chain = new Chain(
            new ChainOptions { Bits = Work.BitsOfTarget(Work.TargetOfHashes(HashesPerBlock)), Seed = seed }, TimeProvider.System);
        _node = new RpcNode(_chain);
        _node.BlockJudged += (hash, outcome) => OnJudged(hash, outcome, "the node");
        _provider = NewProvider(port: 0);
    }

    internal async Task RunAsync(int times, CancellationToken cancellationToken)
    {
        _node.Start();
        await _provider.StartAsync(cancellationToken);
        await StartDaemonAsync(cancellationToken);
        for (int i = 0; i < times; i++)
        {
            // Each combination comes up within four times; the moment of the end alternates.
            int which = (_seed + i) % 4;
            await OnceAsync(new Crash(
                ProviderAway: which is 1 or 2,
                NodeAway: which is 2 or 3,
                ProviderReplaced: which is 1 or 3 || i % 2 == 0,
                Delay: i % 2 == 0 ? null : TimeSpan.FromMilliseconds(_random.NextDouble() * 25)), cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_daemon is not null)
            await _daemon.DisposeAsync();
        await _provider.DisposeAsync();
        await _node.DisposeAsync();
        _keys.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    /// <param name="ProviderAway">The template provider is down when the block is found.</param>
    /// <param name="NodeAway">The node for whole blocks takes none at that time.</param>
    /// <param name="ProviderReplaced">Afterwards there is another provider, whose template ids begin at 1.</param>
    /// <param name="Delay">From the share's submission to the end; null: the end comes with the share's acknowledgement.</param>
    private sealed record Crash(bool ProviderAway, bool NodeAway, bool ProviderReplaced, TimeSpan? Delay);

    private async Task OnceAsync(Crash crash, CancellationToken cancellationToken)
    {
        ProcessDaemon daemon = _daemon!;
        var blocks = new ConcurrentDictionary<U256, bool>();
        var acknowledged = new ConcurrentDictionary<U256, bool>();
        var struck = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bool armed = false;
        var miner = new MiningDevice(
            new MiningDeviceOptions
            {
                Server = new ServerAddress("127.0.0.1", daemon.Port, _keys.AuthorityKey),
                HashRate = 2 * HashesPerBlock,
                Seed = _random.Next(),
            },
            TimeProvider.System)
        { Hashing = false };
        miner.ShareSubmitted += share =>
        {
            if (!share.IsBlock)
                return;
            blocks[share.Hash] = true;
            if (Volatile.Read(ref armed) && crash.Delay is not null)
                struck.TrySetResult();
        };
        miner.ShareAccepted += hash =>
        {
            if (!blocks.ContainsKey(hash))
                return;
            acknowledged[hash] = true;
            if (Volatile.Read(ref armed) && crash.Delay is null && struck.TrySetResult() && _way == CrashWay.Killed)
                daemon.Kill();
        };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task mining = miner.RunAsync(stop.Token);
        try
        {
            await UntilAsync(() => miner.Counters.HasWork, "the miner has work", cancellationToken);
            await PrepareAsync(crash, miner, acknowledged, cancellationToken);
            Volatile.Write(ref armed, true);
            await struck.Task.WaitAsync(Patience, cancellationToken);
            if (crash.Delay is { } delay)
                await Task.Delay(delay, TimeProvider.System, cancellationToken);
            if (_way == CrashWay.Killed && !daemon.HasExited)
                daemon.Kill();
            _daemon = null;
            await daemon.DisposeAsync();
        }
        finally
        {
            await stop.CancelAsync();
            await mining;
        }

        await RestoreAsync(crash, cancellationToken);
        U256[] owed = [.. acknowledged.Keys.Where(hash => crash.ProviderAway || !crash.ProviderReplaced || HasWhole(hash))];
        await UntilAsync(
            () => Array.TrueForAll(owed, _reached.ContainsKey),
            $"blocks acknowledged before {crash} are at the node: {string.Join(", ", owed.Where(hash => !_reached.ContainsKey(hash)))}",
            cancellationToken);
        Assert.Empty(_invalid);
    }

    /// <summary>
    /// Lets blocks be found in the circumstances asked for. Where the provider is away, its template's transactions are known to the
    /// daemon when this returns: a block of that template has been kept whole, and no other template can come.
    /// </summary>
    private async Task PrepareAsync(
        Crash crash, MiningDevice miner, ConcurrentDictionary<U256, bool> acknowledged, CancellationToken cancellationToken)
    {
        _node.IsStarting = crash.NodeAway;
        for (int attempt = 0; crash.ProviderAway; attempt++)
        {
            Assert.True(
                attempt < 10, $"seed {_seed}: blocks are acknowledged before they are kept whole, or their transactions never come");
            int served = _provider.Counters.TransactionDataServed;
            _chain.AddTransactions(1);
            await UntilAsync(() => _provider.Counters.TransactionDataServed > served, "transactions are asked for", cancellationToken);
            await _provider.StopAsync();
            acknowledged.Clear();
            miner.Hashing = true;
            await UntilAsync(() => !acknowledged.IsEmpty, "a block is acknowledged", cancellationToken);
            if (acknowledged.Keys.All(HasWhole))
                return;

            // The answer was still on its way when the provider stopped: these blocks are known by their solution alone.
            miner.Hashing = false;
            await _provider.StartAsync(cancellationToken);
        }

        miner.Hashing = true;
    }

    private async Task RestoreAsync(Crash crash, CancellationToken cancellationToken)
    {
        if (crash.ProviderReplaced)
        {
            int port = _provider.Port;
            await _provider.DisposeAsync();
            _provider = NewProvider(port);
        }

        if (crash.ProviderReplaced || crash.ProviderAway)
            await _provider.StartAsync(cancellationToken);
        _node.IsStarting = false;
        await StartDaemonAsync(cancellationToken);
    }

    private async Task StartDaemonAsync(CancellationToken cancellationToken)
    {
        var configuration = new DaemonConfiguration
        {
            Mode = "SOLOMINING",
            Keys = _keys,
            ProviderPort = _provider.Port,
            ProviderKeyText = _provider.KeyText,
            SharesPerMinute = 600,
            DataDirectory = _data,
            Rpc = _node.Url,
            ExtraTables = "[fallback]\nprovider_base_secs = 0.1\nprovider_max_secs = 0.3",
        };
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                _daemon = await ProcessDaemon.StartAsync(_command, configuration, TimeProvider.System, cancellationToken);
                return;
            }
            catch (InvalidOperationException) when (attempt < 4)
            {
                // Its port was taken by another lane between the choice and the start.
            }
        }
    }

    private TemplateProvider NewProvider(int port)
    {
        var provider = new TemplateProvider(
            _chain,
            new TemplateProviderOptions
            {
                Endpoint = new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, port),
                Keys = RoleKeys.FromSecret(_providerSecret),
            },
            TimeProvider.System);
        provider.SolutionJudged += (hash, outcome) =>
        {
            // A solution for a template of the provider before is no block at all.
            if (outcome.Status != BlockStatus.Invalid)
                OnJudged(hash, outcome, "the template provider");
        };
        return provider;
    }

    private void OnJudged(U256 hash, BlockOutcome outcome, string where)
    {
        if (outcome.Status == BlockStatus.Invalid)
            _invalid.Enqueue($"{hash} at {where}: {outcome.Reason}");
        else
            _reached[hash] = where;
    }

    private bool HasWhole(U256 hash) => File.Exists(Path.Combine(_data, "blocks", $"{hash}.block"));

    private async Task UntilAsync(Func<bool> condition, string what, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            while (!condition())
                await Task.Delay(Poll, TimeProvider.System, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Assert.Fail($"seed {_seed}: not so within {Patience.TotalSeconds} s: {what}\n"
                + string.Join('\n', _daemon?.LogTail.TakeLast(60) ?? []));
        }
    }
}
