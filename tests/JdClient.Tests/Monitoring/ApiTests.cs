using System.Net;
using System.Text.Json;

namespace JdClient.Tests.Monitoring;

/// <summary>The routes of a daemon that has neither template nor miner yet.</summary>
public sealed class ApiTests
{
    [Fact]
    public async Task The_root_lists_every_endpoint_and_names_the_fields_api()
    {
        await using MonitoredDaemon daemon = await MonitoredDaemon.StartAsync();

        JsonElement root = await daemon.GetAsync("/");

        Assert.Equal("SRI Monitoring API", root.GetProperty("service").GetString());
        Assert.Equal("0.1.0", root.GetProperty("version").GetString());
        string[] listed = [.. root.GetProperty("endpoints").EnumerateObject().Select(endpoint => endpoint.Name)];
        Assert.Subset(
            listed.ToHashSet(),
            new HashSet<string>
            {
                "/", "/swagger-ui", "/api-docs/openapi.json",
                "/api/v1/health", "/api/v1/global", "/api/v1/server", "/api/v1/server/channels",
                "/api/v1/clients", "/api/v1/clients/{client_id}", "/api/v1/clients/{client_id}/channels", "/api/v1/sv1/clients",
                "/api/v1/sv1/clients/{client_id}",
                "/api/v1/status", "/api/v1/flow", "/api/v1/events", "/api/v1/blocks", "/healthz", "/readyz",
            });
    }

    [Fact]
    public async Task Every_listed_route_without_a_parameter_answers()
    {
        await using MonitoredDaemon daemon = await MonitoredDaemon.StartAsync();
        JsonElement root = await daemon.GetAsync("/");

        foreach (JsonProperty endpoint in root.GetProperty("endpoints").EnumerateObject())
        {
            if (endpoint.Name.Contains('{', StringComparison.Ordinal))
                continue;
            using HttpResponseMessage answer = await daemon.SendAsync(new HttpRequestMessage(HttpMethod.Get, endpoint.Name));
            Assert.True(answer.StatusCode < HttpStatusCode.InternalServerError || endpoint.Name == "/readyz", $"{endpoint.Name}: {answer}");
        }
    }

    [Fact]
    public async Task Before_the_first_template_the_daemon_is_alive_and_not_ready()
    {
        await using MonitoredDaemon daemon = await MonitoredDaemon.StartAsync();

        Assert.Equal("ok", (await daemon.GetAsync("/healthz")).GetProperty("status").GetString());
        JsonElement ready = await daemon.GetAsync("/readyz", HttpStatusCode.ServiceUnavailable);
        Assert.Equal("failing", ready.GetProperty("status").GetString());
        Assert.StartsWith("no template yet", ready.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_pool_there_is_a_server_without_channels()
    {
        await using MonitoredDaemon daemon = await MonitoredDaemon.StartAsync();

        JsonElement global = await daemon.GetAsync("/api/v1/global");
        Assert.Null(Contract.ProblemOf("GlobalInfo", global));
        Assert.Equal(0, global.GetProperty("server").GetProperty("total_channels").GetInt32());
        Assert.Equal(JsonValueKind.Null, global.GetProperty("sv1_clients").ValueKind);
        Assert.Null(Contract.ProblemOf("ServerResponse", await daemon.GetAsync("/api/v1/server")));
        JsonElement channels = await daemon.GetAsync("/api/v1/server/channels");
        Assert.Null(Contract.ProblemOf("ServerChannelsResponse", channels));
        Assert.Equal(0, channels.GetProperty("extended_channels").GetArrayLength());
    }

    [Fact]
    public async Task Sv1_routes_and_unknown_clients_say_what_the_reference_says()
    {
        await using MonitoredDaemon daemon = await MonitoredDaemon.StartAsync();

        const string noSv1 = "Sv1 client monitoring not available";
        Assert.Equal(noSv1, await ErrorAsync(daemon, "/api/v1/sv1/clients", HttpStatusCode.NotFound));
        Assert.Equal(noSv1, await ErrorAsync(daemon, "/api/v1/sv1/clients/3", HttpStatusCode.NotFound));
        Assert.Equal("Sv2 client 7 not found", await ErrorAsync(daemon, "/api/v1/clients/7", HttpStatusCode.NotFound));
        Assert.Equal("Sv2 client 7 not found", await ErrorAsync(daemon, "/api/v1/clients/7/channels", HttpStatusCode.NotFound));
        Assert.NotEmpty(await ErrorAsync(daemon, "/api/v1/clients/me", HttpStatusCode.BadRequest));
    }

    [Theory]
    [InlineData("", 0, 25)]
    [InlineData("?offset=3&limit=7", 3, 7)]
    [InlineData("?limit=1000", 0, 100)]
    [InlineData("?limit=0", 0, 0)]
    public async Task Pages_have_the_references_default_and_bound(string query, int offset, int limit)
    {
        await using MonitoredDaemon daemon = await MonitoredDaemon.StartAsync();

        foreach (string route in new[] { "/api/v1/clients", "/api/v1/server/channels" })
        {
            JsonElement page = await daemon.GetAsync(route + query);
            Assert.Equal((offset, limit), (page.GetProperty("offset").GetInt32(), page.GetProperty("limit").GetInt32()));
        }
    }

    [Theory]
    [InlineData("", "hour", 20, 180)]
    [InlineData("?span=day", "day", 600, 144)]
    public async Task The_flow_of_an_hour_or_a_day_is_bounded_and_empty_at_the_start(string query, string span, int interval, int capacity)
    {
        await using MonitoredDaemon daemon = await MonitoredDaemon.StartAsync();

        JsonElement flow = await daemon.GetAsync($"/api/v1/flow{query}");

        Assert.Equal(span, flow.GetProperty("span").GetString());
        Assert.Equal(
            (interval, capacity), (flow.GetProperty("interval_secs").GetInt32(), flow.GetProperty("capacity").GetInt32()));
        Assert.Equal(JsonValueKind.Array, flow.GetProperty("samples").ValueKind);
        await daemon.GetAsync("/api/v1/flow?span=year", HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("?offset=-1")]
    [InlineData("?limit=ten")]
    [InlineData("?limit=99999999999999999999")]
    public async Task Pages_that_are_no_numbers_are_a_bad_request(string query)
    {
        await using MonitoredDaemon daemon = await MonitoredDaemon.StartAsync();

        string error = await ErrorAsync(daemon, $"/api/v1/clients{query}", HttpStatusCode.BadRequest);

        Assert.DoesNotContain("99999", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_status_names_the_provider_that_is_away_with_its_fix()
    {
        await using MonitoredDaemon daemon = await MonitoredDaemon.StartAsync();
        await daemon.Log.WaitForAsync(4000, "waiting");
        JsonElement provider = default;
        for (int i = 0; i < 100 && provider.ValueKind == JsonValueKind.Undefined; i++)
        {
            JsonElement status = await daemon.GetAsync("/api/v1/status");
            Assert.False(status.GetProperty("ready").GetBoolean());
            if (status.GetProperty("template_providers").EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.Object } found
                && found.TryGetProperty("last_error", out _))
                provider = found;
            else
                await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.Equal("127.0.0.1:1", provider.GetProperty("name").GetString());
        Assert.Contains(
            "check that it runs there", provider.GetProperty("last_error").GetProperty("fix").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1700000000000-900")]
    [InlineData("900")]
    public async Task Events_begin_with_the_figures_and_replay_what_a_client_of_an_earlier_process_has_missed(string lastEventId)
    {
        await using MonitoredDaemon daemon = await MonitoredDaemon.StartAsync();
        await daemon.Log.WaitForAsync(4000, "waiting");

        (string id, JsonElement change) = await FirstChangeAsync(daemon, lastEventId);

        Assert.EndsWith("-1", id, StringComparison.Ordinal);
        Assert.Equal("provider", change.GetProperty("kind").GetString());
        (string next, _) = await FirstChangeAsync(daemon, id);
        Assert.Equal(id[..^1] + "2", next);
    }

    private static async Task<(string Id, JsonElement Change)> FirstChangeAsync(MonitoredDaemon daemon, string lastEventId)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/events");
        request.Headers.Add("Last-Event-ID", lastEventId);
        using HttpResponseMessage answer = await daemon.SendAsync(request);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        await using Stream stream = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        var lines = new List<string>();
        while (lines.Count < 6 || !lines.Contains("event: summary") || !lines.Contains("event: change"))
            lines.Add((await reader.ReadLineAsync(TestContext.Current.CancellationToken))!);
        int first = lines.IndexOf("event: change");
        using JsonDocument change = JsonDocument.Parse(lines[first + 2]["data: ".Length..]);
        return (lines[first + 1]["id: ".Length..], change.RootElement.Clone());
    }

    [Fact]
    public async Task More_clients_of_events_than_allowed_are_refused_and_a_stop_does_not_wait_for_them()
    {
        MonitoredDaemon daemon = await MonitoredDaemon.StartAsync();
        var open = new List<HttpResponseMessage>();
        for (int i = 0; i < JdClient.Monitoring.Endpoints.EventEndpoints.MaxClients; i++)
        {
            open.Add(await daemon.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/api/v1/events")));
            Assert.Equal(HttpStatusCode.OK, open[^1].StatusCode);
        }

        await daemon.GetAsync("/api/v1/events", HttpStatusCode.ServiceUnavailable);

        await daemon.DisposeAsync();

        Assert.DoesNotContain(daemon.Log.Lines, line => line.EventId == 1004);
        open.ForEach(answer => answer.Dispose());
    }

    [Fact]
    public async Task Blocks_are_those_of_the_journal()
    {
        string directory = Directory.CreateTempSubdirectory("jdc").FullName;
        try
        {
            await using MonitoredDaemon daemon = await MonitoredDaemon.StartAsync(
                change: configuration => configuration with { DataDirectory = directory });
            JsonElement blocks = await daemon.GetAsync("/api/v1/blocks");
            Assert.Equal((0, 25), (blocks.GetProperty("total").GetInt32(), blocks.GetProperty("limit").GetInt32()));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task The_openapi_document_describes_every_route_of_the_reference_with_its_fields()
    {
        await using MonitoredDaemon daemon = await MonitoredDaemon.StartAsync();

        JsonElement document = await daemon.GetAsync("/api-docs/openapi.json");

        Assert.StartsWith("3.1", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        JsonElement paths = document.GetProperty("paths");
        JsonElement schemas = document.GetProperty("components").GetProperty("schemas");
        foreach ((string path, string schema) in Contract.Routes)
        {
            JsonElement content = paths.GetProperty(path).GetProperty("get").GetProperty("responses").GetProperty("200")
                .GetProperty("content").GetProperty("application/json").GetProperty("schema");
            string name = content.GetProperty("$ref").GetString()!.Split('/')[^1];
            string[] fields = [.. schemas.GetProperty(name).GetProperty("properties").EnumerateObject().Select(field => field.Name)];
            Assert.Subset(fields.ToHashSet(), Contract.Fields[schema].ToHashSet());
        }
    }

    [Fact]
    public async Task The_openapi_document_has_every_path_parameter_and_field_of_the_reference_s()
    {
        var reference = ReferenceDocument.TryRead();
        Assert.SkipWhen(reference is null, ReferenceDocument.MissingReason);
        await using MonitoredDaemon daemon = await MonitoredDaemon.StartAsync();

        Assert.Equal([], reference.CheckDocument(await daemon.GetAsync("/api-docs/openapi.json")));
    }

    private static async Task<string> ErrorAsync(MonitoredDaemon daemon, string path, HttpStatusCode status) =>
        (await daemon.GetAsync(path, status)).GetProperty("error").GetString()!;
}
