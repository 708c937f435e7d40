using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace JdClient.Monitoring.Endpoints;

/// <summary>
/// Swagger UI, as the reference has it: a page that shows the OpenAPI document and asks the API. Its files are embedded in
/// the package and hold no value of the daemon, so they are served without the token; the document is not.
/// </summary>
internal static class SwaggerEndpoints
{
    internal const string Root = "/swagger-ui";

    internal const string Summary = "This API for reading and trying out, in a browser";

    /// <summary>Its own files and the API beside them; its style sheet holds small pictures.</summary>
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    internal static void Use(IApplicationBuilder application)
    {
        application.Use(static (HttpContext context, RequestDelegate next) =>
        {
            if (context.Request.Path.StartsWithSegments(Root))
            {
                context.Response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
                context.Response.Headers["Referrer-Policy"] = "no-referrer";
            }

            return next(context);
        });
        application.UseSwaggerUI(options =>
        {
            options.RoutePrefix = Root[1..];
            options.DocumentTitle = RootEndpoints.ApiName;
            options.CacheLifetime = null;
            options.SwaggerEndpoint(OpenApiEndpoints.Path, RootEndpoints.ApiName);
        });
    }
}
