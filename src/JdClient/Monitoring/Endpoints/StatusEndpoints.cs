using JdClient.Monitoring.Model;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace JdClient.Monitoring.Endpoints;

/// <summary>What the daemon is doing and why.</summary>
internal static class StatusEndpoints
{
    internal static void Map(IEndpointRouteBuilder routes, MonitoringSources sources) =>
        routes.MapGet("/api/v1/status", () => TypedResults.Ok(sources.Status.Read().ToResponse(sources.Configuration)))
            .WithSummary("What the daemon is doing, for whom, since when and why; every peer; the last changes")
            .WithTags("status");
}
