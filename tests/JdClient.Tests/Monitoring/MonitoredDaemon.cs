using System.Net;
using System.Text.Json;
using JdClient.Configuration;
using JdClient.Tests.Hosting;

namespace JdClient.Tests.Monitoring;

/// <summary>A daemon with its HTTP interface on a free loopback port, and a client of it.</summary>
internal sealed class MonitoredDaemon : IAsyncDisposable
{
    private readonly TestDaemon _daemon;
    private readonly HttpClient _http;

    private MonitoredDaemon(TestDaemon daemon, HttpClient http) => (_daemon, _http) = (daemon, http);

    internal TestDaemon Daemon => _daemon;

    internal LogCapture Log => _daemon.Log;

    internal static async Task<MonitoredDaemon> StartAsync(
        string? token = null, Func<JdcConfiguration, JdcConfiguration>? change = null)
    {
        TestDaemon daemon = await TestDaemon.StartAsync(configuration =>
        {
            configuration = configuration with
            {
                Monitoring = new MonitoringConfiguration
                {
                    Address = new IPEndPoint(IPAddress.Loopback, 0),
                    Token = token is null ? null : new MonitoringToken(token),
                },
            };
            return change?.Invoke(configuration) ?? configuration;
        });
        IPEndPoint at = await daemon.Host.Status.Monitoring.WaitAsync(
            TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        return new MonitoredDaemon(daemon, new HttpClient { BaseAddress = new Uri($"http://{at}"), Timeout = TimeSpan.FromSeconds(60) });
    }

    internal Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) =>
        _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

    /// <summary>The JSON of a path, with the expected status.</summary>
    internal async Task<JsonElement> GetAsync(string path, HttpStatusCode status = HttpStatusCode.OK)
    {
        using HttpResponseMessage answer = await SendAsync(new HttpRequestMessage(HttpMethod.Get, path));
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(status == answer.StatusCode, $"{path}: {answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement.Clone();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _daemon.DisposeAsync();
    }
}
