using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace JdClient.Monitoring.Endpoints;

/// <summary>The description of the API, made from the endpoints as they are mapped.</summary>
internal static class OpenApiEndpoints
{
    internal const string Path = "/api-docs/openapi.json";

    internal static void AddServices(IServiceCollection services) => services.AddOpenApi(options =>
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = RootEndpoints.ApiName;
            document.Info.Version = RootEndpoints.ApiVersion;
            document.Info.Description = "The monitoring API of Stratum V2 applications as JdClient serves it, with its additions.";

            // Where it was asked is where it is.
            document.Servers?.Clear();
            return Task.CompletedTask;
        }));

    internal static void Map(IEndpointRouteBuilder routes) =>
        routes.MapOpenApi(Path).WithSummary("This API in OpenAPI 3.1");
}
