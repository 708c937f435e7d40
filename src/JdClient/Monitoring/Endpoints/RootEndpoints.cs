using JdClient.Monitoring.Model;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;

namespace JdClient.Monitoring.Endpoints;

/// <summary>The list of endpoints, and the reference's sign of life.</summary>
internal static class RootEndpoints
{
    /// <summary>The API's name and version where it comes from (reference-behaviour 9.1).</summary>
    internal const string ApiName = "SRI Monitoring API";

    internal const string ApiVersion = "0.1.0";

    internal static void Map(IEndpointRouteBuilder routes, MonitoringSources sources)
    {
        routes.MapGet("/", () => TypedResults.Ok(new RootResponse(ApiName, ApiVersion, $"JdClient {Program.Version}", List(routes))))
            .WithSummary("This list")
            .WithTags("health");
        routes.MapGet("/api/v1/health", () => TypedResults.Ok(new HealthResponse("ok", sources.Time.GetUtcNow().ToUnixTimeSeconds())))
            .WithSummary("The web server answers")
            .WithTags("health");
    }

    private static SortedDictionary<string, string> List(IEndpointRouteBuilder routes)
    {
        var list = new SortedDictionary<string, string>(StringComparer.Ordinal) { [SwaggerEndpoints.Root] = SwaggerEndpoints.Summary };
        foreach (RouteEndpoint endpoint in routes.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>())
        {
            if (endpoint.Metadata.GetMetadata<IEndpointSummaryMetadata>() is { } summary)
                list[$"/{endpoint.RoutePattern.RawText?.TrimStart('/')}"] = summary.Summary;
        }

        return list;
    }
}
