using JdClient.Monitoring.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace JdClient.Monitoring.Endpoints;

/// <summary>The metrics as Prometheus reads them.</summary>
internal static class MetricsEndpoints
{
    private const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    internal static void Map(IEndpointRouteBuilder routes, DaemonMetrics metrics) => routes
        .MapGet("/metrics", async Task<EmptyHttpResult> (HttpContext context) =>
        {
            // Into the answer cache, not to the client: a slow reader holds up nobody.
            context.Response.ContentType = ContentType;
            await metrics.WriteAsync(context.Response.Body, context.RequestAborted);
            return TypedResults.Empty;
        })
        .WithSummary("Metrics, Prometheus exposition format")
        .WithTags("metrics")
        .Produces<string>(contentType: "text/plain");
}
