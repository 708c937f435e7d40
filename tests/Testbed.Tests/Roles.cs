using Sv2.Protocol;
using Sv2.Protocol.Common;
using Sv2.Protocol.Mining;
using Sv2.Protocol.TemplateDistribution;
using Testbed.JobDeclarators;
using Testbed.Net;
using Testbed.Nodes;
using Testbed.Pools;
using Testbed.TemplateProviders;

namespace Testbed.Tests;

/// <summary>All roles around one chain on free loopback ports, and hand-played clients for them.</summary>
internal sealed class Roles : IAsyncDisposable
{
    private readonly RoleKeys _providerKeys = RoleKeys.Generate();
    private readonly RoleKeys _poolKeys = RoleKeys.Generate();
    private readonly RoleKeys _declaratorKeys = RoleKeys.Generate();
    private readonly List<ScriptedClient> _clients = [];
    private readonly TimeProvider _time;

    private Roles(ChainOptions chain, TemplateProviderOptions provider, PoolOptions pool, JobDeclaratorOptions declarator,
        double missingShare, TimeProvider time)
    {
        _time = time;
        Chain = new Chain(chain, time);
        Provider = new TemplateProvider(Chain, provider with { Keys = _providerKeys }, time);
        Backend = new PoolBackend(Chain, new PoolBackendOptions(), time);
        Pool = new Pool(Backend, pool with { Keys = _poolKeys }, time);
        Declarator = new JobDeclaratorServer(
            Backend, new PartialMempool(Chain, missingShare, 1), declarator with { Keys = _declaratorKeys }, time);
    }

    public Chain Chain { get; }

    public TemplateProvider Provider { get; }

    public PoolBackend Backend { get; }

    public Pool Pool { get; }

    public JobDeclaratorServer Declarator { get; }

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<Roles> StartAsync(
        ChainOptions? chain = null,
        TemplateProviderOptions? provider = null,
        PoolOptions? pool = null,
        JobDeclaratorOptions? declarator = null,
        double missingShare = 0,
        TimeProvider? time = null)
    {
        var roles = new Roles(
            chain ?? new ChainOptions(),
            provider ?? new TemplateProviderOptions(),
            pool ?? new PoolOptions(),
            declarator ?? new JobDeclaratorOptions(),
            missingShare,
            time ?? TimeProvider.System);
        await roles.Provider.StartAsync(Cancel);
        await roles.Pool.StartAsync(Cancel);
        await roles.Declarator.StartAsync(Cancel);
        return roles;
    }

    public Task<ScriptedClient> ConnectToProviderAsync() => ConnectAsync(Provider.Port, _providerKeys, PeerRole.TemplateProvider);

    public Task<ScriptedClient> ConnectToPoolAsync() => ConnectAsync(Pool.Port, _poolKeys, PeerRole.MiningServer);

    public Task<ScriptedClient> ConnectToDeclaratorAsync() => ConnectAsync(Declarator.Port, _declaratorKeys, PeerRole.JobDeclaratorServer);

    /// <summary>A client that has its first template pair.</summary>
    public async Task<(ScriptedClient Client, JobMaker Job)> TemplateAsync(uint maxAdditionalSize = 100)
    {
        ScriptedClient client = await ConnectToProviderAsync();
        client.Send(Setup.Request(Setup.TemplateDistribution, 0, "127.0.0.1", 1, "test"));
        await client.ReceiveAsync<SetupConnectionSuccess>(Cancel);
        client.Send(new CoinbaseOutputConstraints(maxAdditionalSize, 0));
        return (client, await PairAsync(client));
    }

    /// <summary>The next future template and its prev-hash.</summary>
    public static async Task<JobMaker> PairAsync(ScriptedClient client)
    {
        NewTemplate template = await client.ReceiveAsync<NewTemplate>(Cancel);
        var prevHash = await client.ReceiveAsync<Sv2.Protocol.TemplateDistribution.SetNewPrevHash>(Cancel);
        Assert.True(template.FutureTemplate);
        Assert.Equal(template.TemplateId, prevHash.TemplateId);
        return new JobMaker { Template = template, PrevHash = prevHash };
    }

    /// <summary>A pool client with an open channel.</summary>
    public async Task<(ScriptedClient Client, OpenExtendedMiningChannelSuccess Channel)> OpenChannelAsync(float hashRate = 0)
    {
        ScriptedClient client = await ConnectToPoolAsync();
        client.Send(Setup.Request(Setup.Mining, 0b110, "127.0.0.1", 1, "test"));
        await client.ReceiveAsync<SetupConnectionSuccess>(Cancel);
        client.Send(new OpenExtendedMiningChannel(1, "farm", hashRate, U256.MaxValue, 16));
        return (client, await client.ReceiveAsync<OpenExtendedMiningChannelSuccess>(Cancel));
    }

    public async Task<ScriptedClient> SetUpDeclaratorAsync(uint flags = 1)
    {
        ScriptedClient client = await ConnectToDeclaratorAsync();
        client.Send(Setup.Request(Setup.JobDeclaration, flags, "127.0.0.1", 1, "test"));
        await client.ReceiveAsync<SetupConnectionSuccess>(Cancel);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ScriptedClient client in _clients)
            await client.DisposeAsync();
        await Provider.DisposeAsync();
        await Pool.DisposeAsync();
        await Declarator.DisposeAsync();
    }

    private async Task<ScriptedClient> ConnectAsync(int port, RoleKeys keys, PeerRole peer)
    {
        ScriptedClient client = await ScriptedClient.ConnectAsync(
            new ServerAddress("127.0.0.1", port, keys.AuthorityKey), peer, _time, Cancel);
        _clients.Add(client);
        return client;
    }
}
