using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using JdClient.Configuration;
using JdClient.Tests.Hosting;

namespace JdClient.Tests.Monitoring;

/// <summary>Who may ask, how, and what the answers that are no answers look like.</summary>
public sealed class AccessTests
{
    private const string Token = "a-token-of-some-length";

    [Fact]
    public async Task Unknown_routes_other_methods_bodies_and_bad_parameters_are_answered_in_json()
    {
        await using MonitoredDaemon daemon = await MonitoredDaemon.StartAsync();

        Assert.Equal((404, true), await ErrorAsync(daemon, HttpMethod.Get, "/nothing/here"));
        Assert.Equal((404, true), await ErrorAsync(daemon, HttpMethod.Get, "/api/v1/../../etc/passwd"));
        Assert.Equal((405, true), await ErrorAsync(daemon, HttpMethod.Post, "/api/v1/health"));
        Assert.Equal((405, true), await ErrorAsync(daemon, HttpMethod.Delete, "/"));
        Assert.Equal((413, true), await ErrorAsync(daemon, HttpMethod.Get, "/api/v1/health", new StringContent("body")));
    }

    [Fact]
    public async Task Head_is_answered_like_get_without_a_body()
    {
        await using MonitoredDaemon daemon = await MonitoredDaemon.StartAsync();

        using HttpResponseMessage answer = await daemon.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/api/v1/health"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task With_a_token_only_those_who_show_it_get_answers_and_probes_get_no_reasons()
    {
        await using MonitoredDaemon daemon = await MonitoredDaemon.StartAsync(token: Token);

        Assert.Equal(401, await StatusAsync(daemon, "/", null));
        Assert.Equal(401, await StatusAsync(daemon, "/", new AuthenticationHeaderValue("Bearer", Token + "x")));
        Assert.Equal(401, await StatusAsync(daemon, "/", new AuthenticationHeaderValue("Bearer", "")));
        Assert.Equal(401, await StatusAsync(daemon, "/", new AuthenticationHeaderValue("Basic", "%%%")));
        Assert.Equal(200, await StatusAsync(daemon, "/", new AuthenticationHeaderValue("Bearer", Token)));
        Assert.Equal(200, await StatusAsync(daemon, "/", new AuthenticationHeaderValue("Basic", Base64($"anybody:{Token}"))));

        using HttpResponseMessage probe = await daemon.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/readyz"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, probe.StatusCode);
        Assert.Equal(
            """{"status":"failing"}""", await probe.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.DoesNotContain(daemon.Log.Lines, line => line.Text.Contains(Token, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("localhost", 200)]
    [InlineData("127.0.0.1:9091", 200)]
    [InlineData("[::1]", 200)]
    [InlineData("evil.example", 421)]
    public async Task A_page_whose_name_was_pointed_at_loopback_reads_nothing(string host, int status)
    {
        await using MonitoredDaemon daemon = await MonitoredDaemon.StartAsync();
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/health");
        request.Headers.Host = host;

        using HttpResponseMessage answer = await daemon.SendAsync(request);

        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Answers_tell_neither_server_nor_may_they_be_kept_or_guessed_at()
    {
        await using MonitoredDaemon daemon = await MonitoredDaemon.StartAsync();

        using HttpResponseMessage answer = await daemon.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/"));

        Assert.Empty(answer.Headers.Server);
        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
    }

    [Fact]
    public async Task A_flood_of_requests_is_cut_and_the_daemon_still_answers_afterwards()
    {
        await using MonitoredDaemon daemon = await MonitoredDaemon.StartAsync();
        HttpStatusCode?[] statuses = await Task.WhenAll(Enumerable.Range(0, 400).Select(async _ =>
        {
            try
            {
                using HttpResponseMessage answer = await daemon.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/api/v1/health"));
                return answer.StatusCode;
            }
            catch (HttpRequestException exception) when (exception.InnerException is IOException)
            {
                // One connection too many is closed at once; how many there are depends on which side is faster.
                return default(HttpStatusCode?);
            }
        }));

        Assert.All(statuses, status => Assert.True(
            status is null or HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests, $"{status}"));
        Assert.Contains(HttpStatusCode.OK, statuses);
        Assert.Equal(200, await StatusAsync(daemon, "/api/v1/health", null));
    }

    [Fact]
    public async Task An_address_that_is_taken_does_not_keep_the_daemon_from_mining()
    {
        using var taken = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        await using TestDaemon daemon = await TestDaemon.StartAsync(configuration => configuration with
        {
            Monitoring = new MonitoringConfiguration { Address = (IPEndPoint)taken.LocalEndpoint },
        });

        await daemon.Log.WaitForAsync(6001);

        Assert.False(daemon.Host.Status.Ending.IsCompleted);
        Assert.NotEqual(0, daemon.EndPoint.Port);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static async Task<(int Status, bool IsError)> ErrorAsync(
        MonitoredDaemon daemon, HttpMethod method, string path, HttpContent? content = null)
    {
        using HttpResponseMessage answer = await daemon.SendAsync(new HttpRequestMessage(method, path) { Content = content });
        using JsonDocument json = JsonDocument.Parse(
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return ((int)answer.StatusCode, json.RootElement.GetProperty("error").GetString()!.Length > 0);
    }

    private static async Task<int> StatusAsync(MonitoredDaemon daemon, string path, AuthenticationHeaderValue? authorization)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = authorization;
        using HttpResponseMessage answer = await daemon.SendAsync(request);
        return (int)answer.StatusCode;
    }
}
