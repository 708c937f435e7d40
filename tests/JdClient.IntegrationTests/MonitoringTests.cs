using System.Net;
using System.Text.Json;
using JdClient.Tests.Monitoring;
using Testbed.Daemons;
using Testbed.Farms;
using Testbed.Miners;
using TestSupport;
using Xunit;

namespace JdClient.IntegrationTests;

/// <summary>The HTTP interface of a daemon that mines: a client that knows the reference's API gets answers that fit it.</summary>
public sealed class MonitoringTests : IDisposable
{
    private const int Miners = 8;

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(FarmMode.FullTemplate)]
    [InlineData(FarmMode.CoinbaseOnly)]
    [InlineData(FarmMode.Solo)]
    public async Task Every_answer_fits_the_references_contract(FarmMode mode)
    {
        await using Farm farm = await StartAsync(new FarmOptions { Mode = mode, UntilBlocks = 0 });
        bool isPooled = mode != FarmMode.Solo;
        await UntilAsync("/api/v1/global", all => all.GetProperty("sv2_clients").GetProperty("total_clients").GetInt32() == Miners);
        await UntilAsync(
            "/api/v1/clients", page => page.GetProperty("items").EnumerateArray().Count(client => Channels(client) > 0) == Miners);
        await UntilAsync("/api/v1/server", server => Channels(server) == (isPooled ? 1 : 0));
        if (isPooled)
            await UntilAsync("/api/v1/server/channels", page => SharesOf(page.GetProperty("extended_channels"), "shares_acknowledged") > 0);

        Assert.Null(Contract.ProblemOf("HealthResponse", await GetAsync("/api/v1/health")));
        JsonElement global = await GetAsync("/api/v1/global");
        Assert.Null(Contract.ProblemOf("GlobalInfo", global));
        Assert.Null(Contract.ProblemOf("ServerSummary", global.GetProperty("server")));
        Assert.Null(Contract.ProblemOf("Sv2ClientsSummary", global.GetProperty("sv2_clients")));
        Assert.Equal(Miners, global.GetProperty("sv2_clients").GetProperty("total_clients").GetInt32());
        Assert.Null(Contract.ProblemOf("ServerResponse", await GetAsync("/api/v1/server")));
        JsonElement server = await GetAsync("/api/v1/server/channels");
        Assert.Null(Contract.ProblemOf("ServerChannelsResponse", server));
        foreach (JsonElement channel in server.GetProperty("extended_channels").EnumerateArray())
            Assert.Null(Contract.ProblemOf("ServerExtendedChannelInfo", channel));

        JsonElement clients = await GetAsync("/api/v1/clients");
        Assert.Null(Contract.ProblemOf("Sv2ClientsResponse", clients));
        (int Extended, int Standard) seen = default;
        foreach (JsonElement client in clients.GetProperty("items").EnumerateArray())
        {
            Assert.Null(Contract.ProblemOf("Sv2ClientMetadata", client));
            int id = client.GetProperty("client_id").GetInt32();
            Assert.Null(Contract.ProblemOf("Sv2ClientMetadata", await GetAsync($"/api/v1/clients/{id}")));
            JsonElement channels = await GetAsync($"/api/v1/clients/{id}/channels");
            Assert.Null(Contract.ProblemOf("Sv2ClientChannelsResponse", channels));
            foreach (JsonElement channel in channels.GetProperty("extended_channels").EnumerateArray())
                Assert.Null(Contract.ProblemOf("ExtendedChannelInfo", channel));
            foreach (JsonElement channel in channels.GetProperty("standard_channels").EnumerateArray())
                Assert.Null(Contract.ProblemOf("StandardChannelInfo", channel));
            seen.Extended += channels.GetProperty("total_extended").GetInt32();
            seen.Standard += channels.GetProperty("total_standard").GetInt32();
        }

        Assert.True(seen.Extended > 0 && seen.Standard > 0, $"{seen}");
        Assert.Equal("ok", (await GetAsync("/readyz")).GetProperty("status").GetString());
        JsonElement status = await GetAsync("/api/v1/status");
        Assert.Equal(isPooled ? "pool" : "solo", status.GetProperty("work").GetProperty("kind").GetString());
        Assert.Equal(0, status.GetProperty("alarms").GetArrayLength());
    }

    [Theory]
    [InlineData(FarmMode.FullTemplate, false)]
    [InlineData(FarmMode.CoinbaseOnly, false)]
    [InlineData(FarmMode.Solo, false)]
    [InlineData(FarmMode.FullTemplate, true)]
    [InlineData(FarmMode.FullTemplate, false, DaemonBuild.Published)]
    public async Task Every_answer_of_every_path_fits_the_reference_s_own_document(
        FarmMode mode, bool isPoolLost, DaemonBuild build = DaemonBuild.Runtime)
    {
        var reference = ReferenceDocument.TryRead();
        Assert.SkipWhen(reference is null, ReferenceDocument.MissingReason);
        await using Farm farm = await StartAsync(new FarmOptions
        {
            Mode = mode,
            UntilBlocks = 0,
            DaemonCommand = build == DaemonBuild.Published ? Builds.Command(build) : null,
        });
        bool isPooled = mode != FarmMode.Solo && !isPoolLost;
        await UntilAsync(
            "/api/v1/clients", page => page.GetProperty("items").EnumerateArray().Count(client => Channels(client) > 0) == Miners);
        if (mode != FarmMode.Solo)
            await UntilAsync("/api/v1/server/channels", page => SharesOf(page.GetProperty("extended_channels"), "shares_acknowledged") > 0);
        if (isPoolLost)
        {
            await farm.Pool.StopAsync();
            await farm.Declarator.StopAsync();
        }

        await UntilAsync("/api/v1/server", server => Channels(server) == (isPooled ? 1 : 0));
        JsonElement[] clients = [.. (await GetAsync("/api/v1/clients?limit=100")).GetProperty("items").EnumerateArray()];
        string[] ids = [.. clients.Select(client => $"{client.GetProperty("client_id")}"), "999999"];
        string[] queries = ["", "?offset=1&limit=2", "?limit=1000", "?limit=0", "?offset=4000000000"];
        foreach (string path in reference.Paths)
        {
            foreach (string id in path.Contains("{client_id}", StringComparison.Ordinal) ? ids : [""])
            {
                foreach (string query in queries)
                    await CheckAsync(reference, path, id, query);
            }
        }
    }

    [Fact]
    public async Task The_published_program_describes_the_same_routes_and_answers()
    {
        var described = new List<string>();
        foreach (DaemonBuild build in Enum.GetValues<DaemonBuild>())
        {
            await using var farm = new Farm(
                new FarmOptions { Mode = FarmMode.Solo, UntilBlocks = 0, MonitorPort = 0, DaemonCommand = Builds.Command(build) },
                TimeProvider.System);
            await farm.StartAsync(Cancel);
            string at = $"http://{await MonitoringOfAsync(farm)}";
            string text = await _http.GetStringAsync(new Uri($"{at}/api-docs/openapi.json"), Cancel);
            described.Add(text.Replace(at, "", StringComparison.Ordinal));
        }

        Assert.Equal(described[0], described[1]);
    }

    private async Task CheckAsync(ReferenceDocument reference, string path, string id, string query)
    {
        string asked = path.Replace("{client_id}", id, StringComparison.Ordinal) + query;
        using HttpResponseMessage answer = await _http.GetAsync(new Uri(asked, UriKind.Relative), Cancel);
        JsonElement body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel)).RootElement.Clone();
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal([], reference.Check(path, (int)answer.StatusCode, body));
        if (!body.TryGetProperty("limit", out JsonElement limit))
            return;
        foreach (string list in new[] { "items", "extended_channels", "standard_channels" })
        {
            if (!body.TryGetProperty(list, out JsonElement items))
                continue;
            long total = body.GetProperty(list switch
            {
                "items" => "total",
                "extended_channels" => "total_extended",
                _ => "total_standard",
            }).GetInt64();
            long expected = Math.Min(limit.GetInt64(), Math.Max(0, total - body.GetProperty("offset").GetInt64()));
            Assert.True(expected == items.GetArrayLength(), $"{asked}: {expected} of {list} expected, {body}");
        }
    }

    [Fact]
    public async Task A_fallback_is_seen_with_its_reason_and_so_is_the_return()
    {
        await using Farm farm = await StartAsync(new FarmOptions
        {
            UntilBlocks = 0,
            ExtraTables = "[fallback]\nunreachable_base_secs = 1\nunreachable_max_secs = 2\nrefuses_base_secs = 1\nstability_secs = 1",
        });
        await UntilAsync("/api/v1/status", status => WorkOf(status) == "pool");
        await UntilAsync("/api/v1/global", all => all.GetProperty("sv2_clients").GetProperty("total_clients").GetInt32() == Miners);

        await farm.Pool.StopAsync();
        await farm.Declarator.StopAsync();
        JsonElement fallen = await UntilAsync("/api/v1/status", status => WorkOf(status) == "solo");
        Assert.NotEmpty(fallen.GetProperty("work").GetProperty("reason").GetString()!);
        fallen = await UntilAsync("/api/v1/status", status => status.GetProperty("upstreams")[0].TryGetProperty("last_error", out _));
        JsonElement upstream = fallen.GetProperty("upstreams")[0];
        Assert.NotEqual("active", upstream.GetProperty("state").GetString());
        Assert.NotEmpty(upstream.GetProperty("last_error").GetProperty("fix").GetString()!);
        JsonElement server = await UntilAsync("/api/v1/server/channels", page => page.GetProperty("total_extended").GetInt32() == 0);
        Assert.Null(Contract.ProblemOf("ServerChannelsResponse", server));
        Assert.Equal(Miners, (await GetAsync("/api/v1/global")).GetProperty("sv2_clients").GetProperty("total_clients").GetInt32());

        await farm.Pool.StartAsync(Cancel);
        await farm.Declarator.StartAsync(Cancel);
        JsonElement back = await UntilAsync("/api/v1/status", status => WorkOf(status) == "pool");
        string?[] kinds = [.. back.GetProperty("history").EnumerateArray().Select(change => change.GetProperty("kind").GetString())];
        Assert.True(kinds.Count(kind => kind == "source") >= 3, string.Join(", ", kinds));
    }

    [Fact]
    public async Task A_miner_s_device_is_found_by_user_and_port_and_tells_how_it_is()
    {
        const string name = "farm.device-1";
        var port = new TaskCompletionSource<int>();
        await using var device = new FakeMiningDevice(async command => FakeMiningDevice.Antminer(command, name, await port.Task));
        await using Farm farm = await StartAsync(new FarmOptions
        {
            UntilBlocks = 0,
            ExtraKeys = "monitoring_cache_refresh_secs = 1",
            ExtraTables = $"[miner_telemetry]\ncidrs = [\"127.0.0.1/32\"]\nport = {device.Port}",
        });
        port.SetResult(farm.Daemon.Port);
        var miner = new MiningDevice(
            new MiningDeviceOptions { Server = farm.MinersServer, UserIdentity = name, Channels = [ChannelKind.Standard] },
            TimeProvider.System);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        Task mining = miner.RunAsync(stop.Token);

        JsonElement clients = await UntilAsync(
            "/api/v1/clients?limit=100", page => page.GetProperty("items").EnumerateArray().Any(IsMatched));

        JsonElement matched = clients.GetProperty("items").EnumerateArray().Single(IsMatched);
        Assert.Equal("127.0.0.1", matched.GetProperty("management_ip").GetString());
        Assert.Equal("Antminer S19", matched.GetProperty("miner_telemetry").GetProperty("model").GetString());
        Assert.Equal([], ReferenceDocument.TryRead()?.Check("/api/v1/clients", 200, clients) ?? []);
        JsonElement workers = await GetAsync("/api/v1/workers?limit=100");
        JsonElement worker = workers.GetProperty("items").EnumerateArray().Single(
            item => item.GetProperty("user_identity").GetString() == name);
        Assert.Equal(60.5, worker.GetProperty("miner_telemetry").GetProperty("average_temperature_c").GetDouble());

        await device.DisposeAsync();
        await UntilAsync("/api/v1/clients?limit=100", page => page.GetProperty("items").EnumerateArray().Any(client =>
            client.GetProperty("miner_telemetry_status").GetString() == "fetch_failed"));
        await stop.CancelAsync();
        await mining;

        static bool IsMatched(JsonElement client) =>
            client.TryGetProperty("miner_telemetry_status", out JsonElement status) && status.GetString() == "matched";
    }

    public void Dispose() => _http.Dispose();

    private static int Channels(JsonElement counts) =>
        counts.GetProperty("extended_channels_count").GetInt32() + counts.GetProperty("standard_channels_count").GetInt32();

    private static long SharesOf(JsonElement channels, string field) =>
        channels.EnumerateArray().Sum(channel => channel.GetProperty(field).GetInt64());

    private static string? WorkOf(JsonElement status) => status.GetProperty("work").GetProperty("kind").GetString();

    private async Task<Farm> StartAsync(FarmOptions options)
    {
        var farm = new Farm(options with { Miners = Miners, MonitorPort = 0 }, TimeProvider.System);
        await farm.StartAsync(Cancel);
        _http.BaseAddress = new Uri($"http://{await MonitoringOfAsync(farm)}");
        return farm;
    }

    private static async Task<EndPoint> MonitoringOfAsync(Farm farm)
    {
        if (farm.Daemon is InProcessDaemon inside)
            return await inside.Host.Status.Monitoring.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        await farm.WaitUntilAsync(() => farm.IsAtWork, "every miner has work", Cancel);
        return new IPEndPoint(IPAddress.Loopback, ((ProcessDaemon)farm.Daemon).MonitorPort!.Value);
    }

    private async Task<JsonElement> GetAsync(string path)
    {
        using HttpResponseMessage answer = await _http.GetAsync(new Uri(path, UriKind.Relative), Cancel);
        string text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement.Clone();
    }

    private async Task<JsonElement> UntilAsync(string path, Func<JsonElement, bool> isSo)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        deadline.CancelAfter(TimeSpan.FromSeconds(90));
        while (true)
        {
            JsonElement answer = await GetAsync(path);
            if (isSo(answer))
                return answer;
            Assert.False(deadline.IsCancellationRequested, $"{path} stays at {answer}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), Cancel);
        }
    }
}
