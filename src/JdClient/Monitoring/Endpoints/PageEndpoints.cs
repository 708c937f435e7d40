using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace JdClient.Monitoring.Endpoints;

/// <summary>
/// The page for browsers: embedded files that hold no value of the daemon, so they are served without the token; the page
/// asks the API for everything it shows. Whoever asks for <c>/</c> and does not prefer HTML gets the list of endpoints.
/// </summary>
internal static class PageEndpoints
{
    /// <summary>Nothing but the page's own files and the API beside them; no code or style within the markup, no frame around.</summary>
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private const string Root = "/page/";

    private const string Index = Root + "index.html";

    private static readonly (string Name, string ContentType)[] Files =
    [
        ("index.html", "text/html; charset=utf-8"),
        ("page.css", "text/css; charset=utf-8"),
        ("page.js", "text/javascript; charset=utf-8"),
        ("chart.js", "text/javascript; charset=utf-8"),
        ("dom.js", "text/javascript; charset=utf-8"),
        ("text.js", "text/javascript; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
    ];

    /// <summary>Leads browsers that ask for the root to the page. Comes before everything that looks at the path.</summary>
    internal static Task NegotiateAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path.Value == "/")
        {
            context.Response.Headers.Append(HeaderNames.Vary, HeaderNames.Accept);
            if (PrefersHtml(context.Request.GetTypedHeaders()))
                context.Request.Path = Index;
        }

        return next(context);
    }

    /// <summary>Whether the request is for one of the page's files.</summary>
    internal static bool IsPage(PathString path) => path.StartsWithSegments("/page");

    internal static void Map(IEndpointRouteBuilder routes)
    {
        foreach ((string name, string contentType) in Files)
        {
            byte[] content = Read(name);
            routes.MapGet(Root + name, FileContentHttpResult (HttpContext context) =>
                {
                    context.Response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
                    context.Response.Headers["Referrer-Policy"] = "no-referrer";
                    return TypedResults.Bytes(content, contentType);
                })
                .ExcludeFromDescription();
        }
    }

    // A browser names HTML and takes anything else less gladly; programs name JSON, anything, or nothing.
    private static bool PrefersHtml(RequestHeaders headers)
    {
        double html = 0;
        double json = 0;
        foreach (MediaTypeHeaderValue accepted in headers.Accept)
        {
            double quality = accepted.Quality ?? 1;
            if (accepted.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase))
                html = quality;
            else if (accepted.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
                json = quality;
        }

        return html > json;
    }

    private static byte[] Read(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"page/{name}")
            ?? throw new InvalidOperationException($"{name} is not embedded");
        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
