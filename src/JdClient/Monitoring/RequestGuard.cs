using System.Net;
using System.Text;
using System.Threading.RateLimiting;
using JdClient.Configuration;
using JdClient.Logging;
using JdClient.Monitoring.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace JdClient.Monitoring;

/// <summary>
/// What every request passes: its form, who asks, how much is asked; and what becomes of one that fails. An
/// answer that is not the endpoint's is an <see cref="ErrorResponse"/>, without stack traces or values of the request.
/// </summary>
internal sealed class RequestGuard : IDisposable
{
    /// <summary>Answers a second, over all clients; more are refused.</summary>
    internal const int MaxPerSecond = 5000;

    private static readonly object HeadKey = new();

    private const string BearerScheme = "Bearer ";
    private const string BasicScheme = "Basic ";
    private const string BadParameter = "a parameter is not what it should be: whole numbers from 0 on";

    private readonly MonitoringToken? _token;
    private readonly bool _isLocal;
    private readonly ILogger _log;
    private readonly FixedWindowRateLimiter _perSecond = new(new FixedWindowRateLimiterOptions
    {
        PermitLimit = MaxPerSecond,
        Window = TimeSpan.FromSeconds(1),
        QueueLimit = 0,
    });

    internal RequestGuard(MonitoringSources sources, ILogger log)
    {
        MonitoringConfiguration configuration = sources.Configuration.Monitoring;
        _token = configuration.Token;
        _isLocal = configuration.Address is { } address && IPAddress.IsLoopback(address.Address);
        _log = log;
    }

    /// <summary>Whether the request may see more than probes may: it showed the token, or none is asked for.</summary>
    internal static bool IsAuthorized(HttpContext context) => context.Items.ContainsKey(typeof(RequestGuard));

    /// <inheritdoc/>
    public void Dispose() => _perSecond.Dispose();

    /// <summary>Lets a request through to the endpoints, or answers it.</summary>
    internal async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            if (Refusal(context) is { } refusal)
                await RefuseAsync(context, refusal.Status, refusal.Error);
            else
                await AnswerAsync(context, next);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone.
        }
        catch (BadHttpRequestException exception)
        {
            await RefuseAsync(context, exception.StatusCode, BadParameter);
        }
        catch (Exception exception)
        {
            // A bug in an endpoint: told in the log, not to the client, and of no consequence for anything else.
            _log.RequestFailed(exception, context.GetEndpoint()?.DisplayName ?? "-");
            await RefuseAsync(context, StatusCodes.Status500InternalServerError, "internal error; the log says more");
        }
    }

    private (int Status, string Error)? Refusal(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (HttpMethods.IsHead(request.Method))
        {
            // Answered as GET, without the body.
            request.Method = HttpMethods.Get;
            context.Response.Body = Stream.Null;
            context.Items[HeadKey] = true;
        }
        else if (!HttpMethods.IsGet(request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            return (StatusCodes.Status405MethodNotAllowed, "only GET and HEAD are answered");
        }

        if (request.ContentLength > 0 || request.Headers.TransferEncoding.Count > 0)
            return (StatusCodes.Status413PayloadTooLarge, "requests have no body here");

        // A page of another site whose name was pointed at this machine must not read what is meant for its owner.
        if (_isLocal && _token is null && !IsThisMachine(request.Host.Host))
            return (StatusCodes.Status421MisdirectedRequest, "ask by 127.0.0.1 or localhost, or configure monitoring_token");
        if (_token is null || ShowsToken(request))
        {
            context.Items[typeof(RequestGuard)] = true;
            return null;
        }

        if (request.Path.Value is "/healthz" or "/readyz" || IsOpen(request.Path))
            return null;
        context.Response.Headers.WWWAuthenticate = new(["Bearer", "Basic realm=\"JdClient\", charset=\"UTF-8\""]);
        return (StatusCodes.Status401Unauthorized, "monitoring_token is required, as bearer token or as password of any user");
    }

    private async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        using RateLimitLease second = _perSecond.AttemptAcquire();
        if (!second.IsAcquired)
        {
            context.Response.Headers.RetryAfter = "1";
            await RefuseAsync(context, StatusCodes.Status429TooManyRequests, "too many requests");
            return;
        }

        await next(context);
    }

    /// <summary>Gives a reason to the bare status with which generated endpoints refuse a parameter that they cannot read.</summary>
    internal static async Task ExplainAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        if (context.Response is { StatusCode: StatusCodes.Status400BadRequest, ContentType: null, HasStarted: false })
            await RefuseAsync(context, StatusCodes.Status400BadRequest, BadParameter);
    }

    /// <summary>Whether only the head of the answer is wanted.</summary>
    internal static bool IsHead(HttpContext context) => context.Items.ContainsKey(HeadKey);

    /// <summary>Whether the path is a file that is served to anybody, for it holds nothing of the daemon.</summary>
    internal static bool IsOpen(PathString path) => PageEndpoints.IsPage(path) || path.StartsWithSegments(SwaggerEndpoints.Root);

    private static bool IsThisMachine(string host) =>
        host.Length == 0 || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || IPAddress.TryParse(host.Trim('[', ']'), out _);

    private bool ShowsToken(HttpRequest request)
    {
        string header = request.Headers.Authorization.ToString();
        if (header.StartsWith(BearerScheme, StringComparison.OrdinalIgnoreCase))
            return _token!.Matches(header[BearerScheme.Length..].Trim());
        if (!header.StartsWith(BasicScheme, StringComparison.OrdinalIgnoreCase))
            return false;
        byte[] bytes = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[BasicScheme.Length..].Trim(), bytes, out int length))
            return false;
        string pair = Encoding.UTF8.GetString(bytes, 0, length);
        return _token!.Matches(pair[(pair.IndexOf(':', StringComparison.Ordinal) + 1)..]);
    }

    /// <summary>Answers with an error.</summary>
    internal static async Task RefuseAsync(HttpContext context, int status, string error)
    {
        // An answer that has begun cannot be taken back; the connection ends.
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = status;
        await context.Response.WriteAsJsonAsync(
            new ErrorResponse(error), MonitoringJson.Default.ErrorResponse, cancellationToken: context.RequestAborted);
    }
}
