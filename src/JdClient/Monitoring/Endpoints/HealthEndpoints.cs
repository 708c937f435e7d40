using JdClient.Monitoring.Model;
using JdClient.Status;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace JdClient.Monitoring.Endpoints;

/// <summary>Probes for service managers: answered without the token, but then without reasons.</summary>
internal static class HealthEndpoints
{
    internal static void Map(IEndpointRouteBuilder routes, MonitoringSources sources)
    {
        routes.MapGet("/healthz", (HttpContext context) => Answer(
                context, sources.Status.IsProgressing, sources.Status.IsProgressing ? "alive" : "the channel manager makes no progress"))
            .WithSummary("Whether the daemon is alive: restart it when not")
            .WithTags("health")
            .Produces<ProbeResponse>()
            .Produces<ProbeResponse>(StatusCodes.Status503ServiceUnavailable);
        routes.MapGet("/readyz", (HttpContext context) =>
            {
                Readiness readiness = sources.Status.ReadReadiness();
                return Answer(context, readiness.IsReady, readiness.Reason);
            })
            .WithSummary("Whether miners can connect and have work")
            .WithTags("health")
            .Produces<ProbeResponse>()
            .Produces<ProbeResponse>(StatusCodes.Status503ServiceUnavailable);
    }

    private static JsonHttpResult<ProbeResponse> Answer(HttpContext context, bool isGood, string reason) => TypedResults.Json(
        new ProbeResponse(isGood ? "ok" : "failing", RequestGuard.IsAuthorized(context) ? reason : null),
        MonitoringJson.Default.ProbeResponse,
        statusCode: isGood ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
}
