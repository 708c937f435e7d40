using Testbed.JobDeclarators;
using Testbed.Net;
using Testbed.Nodes;

namespace Testbed.Pools;

/// <summary>How a pool with its job declarator is made.</summary>
public sealed record PoolSiteOptions
{
    /// <summary>Shares a minute that the pool aims at.</summary>
    public double SharesPerMinute { get; init; } = 240;

    /// <summary>The part of transactions that the job declarator does not know.</summary>
    public double MissingShare { get; init; }

    /// <summary>Seeds which ones.</summary>
    public int Seed { get; init; } = 1;
}

/// <summary>One upstream as a whole: a pool, its job declarator and the node they share.</summary>
public sealed class PoolSite : IAsyncDisposable
{
    private readonly RoleKeys _keys = RoleKeys.Generate();

    /// <summary>A pool that is not listening yet.</summary>
    /// <param name="index">Its place in the daemon's list; its payout script follows from it.</param>
    /// <param name="chain">The network.</param>
    /// <param name="options">How it is made.</param>
    /// <param name="time">The clock.</param>
    public PoolSite(int index, Chain chain, PoolSiteOptions options, TimeProvider time)
    {
        Index = index;
        Node = new NodeView(chain);
        PayoutScript = (byte[])[0, 20, .. Enumerable.Repeat((byte)(0x70 + index), 20)];
        var backend = new PoolBackend(Node, new PoolBackendOptions { CoinbaseOutputs = [new(0, PayoutScript)] }, time);
        Pool = new Pool(
            backend,
            new PoolOptions
            {
                Keys = _keys,
                SharesPerMinute = options.SharesPerMinute,
                ShareBatchSize = 5,
                SupportedExtensions = [2],
                StaleGrace = TimeSpan.FromSeconds(2), // A block's own share reaches the pool after the block does.
            },
            time);
        var known = new PartialMempool(Node, options.MissingShare, options.Seed);
        var declaratorOptions = new JobDeclaratorOptions { Keys = RoleKeys.FromSecret(_keys.SecretText) };
        Declarator = new JobDeclaratorServer(backend, known, declaratorOptions, time);
    }

    public int Index { get; }

    /// <summary>As the daemon names it.</summary>
    public string Name => $"127.0.0.1:{Pool.Port}";

    public Pool Pool { get; }

    public JobDeclaratorServer Declarator { get; }

    /// <summary>The node of both.</summary>
    public NodeView Node { get; }

    /// <summary>What a coinbase mined for it pays.</summary>
    public ReadOnlyMemory<byte> PayoutScript { get; }

    /// <summary>The authority of both, in the field's text form.</summary>
    public string KeyText => _keys.PublicText;

    /// <summary>Both listen.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await Pool.StartAsync(cancellationToken);
        await Declarator.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Pool.DisposeAsync();
        await Declarator.DisposeAsync();
    }
}
