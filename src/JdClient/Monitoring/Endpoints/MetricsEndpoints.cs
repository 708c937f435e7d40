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
            // Whole before the first byte leaves: a slow reader holds up nobody.
            using var text = new MemoryStream();
            await metrics.WriteAsync(text, context.RequestAborted);
            context.Response.ContentType = ContentType;
            context.Response.ContentLength = text.Length;
            await context.Response.Body.WriteAsync(text.GetBuffer().AsMemory(0, (int)text.Length), context.RequestAborted);
            return TypedResults.Empty;
        })
        .WithSummary("Metrics, Prometheus exposition format")
        .WithTags("metrics")
        .Produces<string>(contentType: "text/plain");
}
