using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Testbed.Consensus;
using Testbed.Farms;
using Testbed.JobDeclarators;
using Testbed.Miners;
using Testbed.Net;
using Testbed.Nodes;
using Testbed.Pools;
using Testbed.TemplateProviders;

namespace Testbed.Commands;

/// <summary><c>role</c>: one role alone, for use with any other implementation. Each runs until Ctrl-C and prints its counters.</summary>
internal static class RoleCommand
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    public static Command Create(TimeProvider time) =>
        new("role", "Run one role alone until Ctrl-C.") { Provider(time), Upstream(time), Miner(time) };

    private static Command Provider(TimeProvider time)
    {
        Option<IPEndPoint> listen = Listen("--listen", 8442);
        Option<string?> secret = Secret();
        var plaintext = Opt.Of<bool>("--plaintext", "serve without encryption");
        var transactions = Opt.Of("--transactions", "transactions of a template", 200);
        var block = Opt.Of<FileInfo>("--block", "raw block whose transactions are served");
        var hashes = Opt.Of("--hashes-per-block", "network difficulty; 2 is regtest's", 2.0);
        var fees = Opt.Of("--fee-seconds", "time between fee updates; 0 for none", 30);
        var tips = Opt.Of("--tip-seconds", "time between blocks that others find; 0 for none", 0);
        var command = new Command("provider", "A template provider with a chain of its own.") { listen, secret, plaintext, transactions,
            block, hashes, fees, tips };
        command.SetAction(async (result, cancellationToken) =>
        {
            FileInfo? file = result.GetValue(block);
            var chain = new Chain(
                new ChainOptions
                {
                    Bits = Work.BitsOfTarget(Work.TargetOfHashes(result.GetValue(hashes))),
                    TransactionCount = result.GetValue(transactions),
                    RealBlock = file is null ? (ReadOnlyMemory<byte>?)null : await File.ReadAllBytesAsync(file.FullName, cancellationToken),
                },
                time);
            RoleKeys? keys = result.GetValue(plaintext) ? null : Keys(result.GetValue(secret));
            await using var provider = new TemplateProvider(
                chain, new TemplateProviderOptions { Endpoint = result.GetValue(listen)!, Keys = keys }, time);
            await provider.StartAsync(cancellationToken);
            Console.WriteLine($"template provider on port {provider.Port}, key {provider.KeyText ?? "none"}");
            await using ITimer? feeTimer = Every(time, result.GetValue(fees), () => chain.AddTransactions(2));
            await using ITimer? tipTimer = Every(time, result.GetValue(tips), () => chain.MineElsewhere());
            return await ShowAsync(() => $"height {chain.Tip.Height} {Text(provider.Counters)}", time, cancellationToken);
        });
        return command;
    }

    private static Command Upstream(TimeProvider time)
    {
        Option<IPEndPoint> listen = Listen("--listen", 3333);
        Option<IPEndPoint> declaratorListen = Listen("--jds-listen", 3334);
        Option<string?> secret = Secret();
        var provider = new Option<string>("--provider")
        {
            Description = "host:port of the template provider that is the pool's node",
            Required = true
        };
        var providerKey = Opt.Of<string>("--provider-key", "its key; without one it is not checked");
        var plaintext = Opt.Of<bool>("--provider-plaintext", "the provider is not encrypted");
        var shares = Opt.Of("--shares-per-minute", "what a channel's target aims at", 60.0);
        var missing = Opt.Of("--missing", "part of the transactions that the job declarator asks for", 0.05);
        var only = Opt.Of<string>("--only", "pool: no job declarator (jd-not-supported)");
        var command = new Command("pool", "A pool with its job declarator server; its node is any template provider.")
        {
            listen, declaratorListen, secret, provider, providerKey, plaintext, shares, missing, only,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            RoleKeys keys = Keys(result.GetValue(secret));
            bool declares = result.GetValue(only) != "pool";
            var node = new TemplateFollower(
                Address(result.GetValue(provider)!, result.GetValue(providerKey), result.GetValue(plaintext)), time);
            var backend = new PoolBackend(node, new PoolBackendOptions(), time);
            await using var pool = new Pool(
                backend,
                new PoolOptions
                {
                    Endpoint = result.GetValue(listen)!,
                    Keys = keys,
                    SharesPerMinute = result.GetValue(shares),
                    JobDeclaration = declares,
                    SupportedExtensions = [2],
                    StaleGrace = TimeSpan.FromSeconds(2),
                },
                time);
            await using var declarator = new JobDeclaratorServer(
                backend,
                new PartialMempool(node, result.GetValue(missing), 1),
                new JobDeclaratorOptions { Endpoint = result.GetValue(declaratorListen)!, Keys = RoleKeys.FromSecret(keys.SecretText) },
                time);
            await pool.StartAsync(cancellationToken);
            if (declares)
                await declarator.StartAsync(cancellationToken);
            Console.WriteLine($"pool on port {pool.Port}, job declarator on port {declarator.Port}, key {keys.PublicText}");
            Task following = node.RunAsync(Console.WriteLine, cancellationToken);
            int exitCode = await ShowAsync(() =>
                $"height {node.Tip.Height} pool {Text(pool.Counters)} job declarator {Text(declarator.Counters)}", time, cancellationToken);
            await following;
            return exitCode;
        });
        return command;
    }

    private static Command Miner(TimeProvider time)
    {
        var server = new Option<string>("--server") { Description = "host:port to mine at", Required = true };
        var key = Opt.Of<string>("--key", "the server's key; without one it is not checked");
        var count = Opt.Of("--miners", "mining devices", 1);
        var channels = Opt.Of("--channels", "extended, standard or mixed", FarmChannels.Extended);
        var hashRate = Opt.Of("--hash-rate", "hashes a second of each", 2_500.0);
        var user = Opt.Of("--user", "user identity", "farm");
        var command = new Command("miner", "Mining devices that hash and check their server.") { server, key, count, channels, hashRate,
            user };
        command.SetAction(async (result, cancellationToken) =>
        {
            var shape = new FarmOptions { Channels = result.GetValue(channels) };
            MiningDevice[] devices = [.. Enumerable.Range(0, result.GetValue(count)).Select(i => new MiningDevice(
                new MiningDeviceOptions
                {
                    Server = Address(result.GetValue(server)!, result.GetValue(key), false),
                    UserIdentity = $"{result.GetValue(user)}.rig{i + 1}",
                    Channels = shape.ChannelsOf(i).Kinds,
                    RequiresStandardJobs = shape.ChannelsOf(i).StandardJobs,
                    HashRate = result.GetValue(hashRate),
                    Seed = i,
                },
                time))];
            Task mining = Task.WhenAll(devices.Select(device => device.RunAsync(cancellationToken)));
            int exitCode = await ShowAsync(
                () => string.Join(Environment.NewLine, devices.Select(device => $"{device.Name} {Text(device.Counters)}")),
                time,
                cancellationToken);
            await mining;
            return exitCode;
        });
        return command;
    }

    private static async Task<int> ShowAsync(Func<string> line, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
                Console.WriteLine(line());
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine(line());
        }

        return 0;
    }

    private static string Text<T>(T counters) => JsonSerializer.Serialize(counters);

    private static ITimer? Every(TimeProvider time, int seconds, Action action) => seconds <= 0
        ? null
        : time.CreateTimer(_ => action(), null, TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(seconds));

    private static RoleKeys Keys(string? secret) => secret is null ? RoleKeys.Generate() : RoleKeys.FromSecret(secret);

    private static ServerAddress Address(string text, string? key, bool plaintext)
    {
        int colon = text.LastIndexOf(':');
        byte[]? authority = key is null ? null : KeyText.TryReadPublic(key) ?? throw new FormatException("not a public key in Base58Check");
        int port = int.Parse(text.AsSpan(colon + 1), CultureInfo.InvariantCulture);
        return new ServerAddress(text[..colon], port, authority is null ? null : new ReadOnlyMemory<byte>(authority), plaintext);
    }

    private static Option<IPEndPoint> Listen(string name, int port) => new(name)
    {
        Description = "address:port to listen on",
        DefaultValueFactory = _ => new IPEndPoint(IPAddress.Loopback, port),
        CustomParser = result => IPEndPoint.Parse(result.Tokens[0].Value),
    };

    private static Option<string?> Secret() => new("--secret") { Description = "authority secret key; a new one is made without it" };
}
