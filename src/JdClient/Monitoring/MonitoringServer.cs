using System.Net;
using JdClient.Logging;
using JdClient.Monitoring.Endpoints;
using JdClient.Monitoring.Metrics;
using JdClient.Status;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace JdClient.Monitoring;

/// <summary>
/// The HTTP interface: a web server of its own inside the process, on the thread pool, that reads what
/// <see cref="MonitoringSources"/> hold. Mining does not depend on it: where its address is not to be had it tries again,
/// and what fails in a request ends that request.
/// </summary>
internal sealed class MonitoringServer(
    MonitoringSources sources, DaemonMetrics metrics, DaemonStatus status, ILogger<MonitoringServer> log)
{
    /// <summary>Connections at a time; more are closed at once.</summary>
    private const int MaxConnections = 256;

    /// <summary>Those of them from other machines: the rest is for this machine's own probes, which must always get through.</summary>
    private const int MaxFromElsewhere = 192;

    /// <summary>Connections from one other machine.</summary>
    private const int MaxPerAddress = 64;

    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(10);

    /// <summary>How long a stop waits for answers that are under way.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Serves until the token is cancelled.</summary>
    internal async Task RunAsync(IPEndPoint address, CancellationToken cancellationToken)
    {
        bool isTold = false;
        while (true)
        {
            try
            {
                await ServeAsync(address, cancellationToken);
            }
            catch (IOException exception)
            {
                // Kestrel's way to say that the address is taken or not this machine's.
                if (!isTold)
                    log.MonitoringUnavailable(address.ToString(), exception.Message);
                isTold = true;
            }

            await Task.Delay(RetryInterval, sources.Time, cancellationToken);
        }
    }

    private async Task ServeAsync(IPEndPoint address, CancellationToken cancellationToken)
    {
        await using WebApplication application = Build(address);
        await application.StartAsync(cancellationToken);
        string url = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        log.MonitoringListening(url);
        status.SetMonitoring(new IPEndPoint(address.Address, new Uri(url).Port));
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, sources.Time, cancellationToken);
        }
        finally
        {
            using var deadline = new CancellationTokenSource(StopTimeout, sources.Time);
            await application.StopAsync(deadline.Token);
        }
    }

    private WebApplication Build(IPEndPoint address)
    {
        // Empty: no configuration, environment or log of its own.
        var connections = new ConnectionLimit(MaxFromElsewhere, MaxPerAddress);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "JdClient" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Limits.MaxRequestLineSize = 4096;
            kestrel.Limits.MaxRequestHeaderCount = 64;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(75);
            kestrel.Listen(address, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(next => connection => connections.ServeAsync(connection, next));
            });
        });

        // One thread at a time reads and writes sockets here; those of miners and pools are elsewhere.
        builder.Services.Configure<SocketTransportOptions>(static sockets => sockets.IOQueueCount = 1);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddRoutingCore();
        builder.Services.ConfigureHttpJsonOptions(json => MonitoringJson.Configure(json.SerializerOptions));
        OpenApiEndpoints.AddServices(builder.Services);

        WebApplication application = builder.Build();
        var guard = new RequestGuard(sources, log);
        var cache = new AnswerCache(sources);
        application.Lifetime.ApplicationStopped.Register(() =>
        {
            guard.Dispose();
            cache.Dispose();
        });
        application.Use(PageEndpoints.NegotiateAsync);
        application.Use(guard.InvokeAsync);
        SwaggerEndpoints.Use(application);
        application.Use(cache.InvokeAsync);
        application.Use(RequestGuard.ExplainAsync);
        application.UseRouting();
        MapEndpoints(application);
        return application;
    }

    private void MapEndpoints(WebApplication routes)
    {
        RootEndpoints.Map(routes, sources);
        HealthEndpoints.Map(routes, sources);
        GlobalEndpoints.Map(routes, sources);
        ServerEndpoints.Map(routes, sources);
        ClientEndpoints.Map(routes, sources);
        StatusEndpoints.Map(routes, sources);
        FlowEndpoints.Map(routes, sources);
        EventEndpoints.Map(routes, sources);
        BlockEndpoints.Map(routes, sources);
        MetricsEndpoints.Map(routes, metrics);
        WorkerEndpoints.Map(routes, sources);
        TotalsEndpoints.Map(routes, sources);
        PageEndpoints.Map(routes);
        OpenApiEndpoints.Map(routes);
        routes
            .MapFallback(() => TypedResults.NotFound(new ErrorResponse("no such route; / lists those there are")))
            .ExcludeFromDescription();
    }

    /// <summary>The daemon starts and stops it; the web host must not listen to signals.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
