using JdClient.Core;
using JdClient.Monitoring.Model;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace JdClient.Monitoring.Endpoints;

/// <summary>Upstream and downstream in sums, and the routes for miners of Stratum V1, which there are none of here.</summary>
internal static class GlobalEndpoints
{
    private const string NoSv1 = "Sv1 client monitoring not available";

    internal static void Map(IEndpointRouteBuilder routes, MonitoringSources sources)
    {
        DateTimeOffset startedAt = sources.Time.GetUtcNow();
        routes.MapGet("/api/v1/global", () => TypedResults.Ok(Global(sources, startedAt)))
            .WithSummary("Global statistics")
            .WithTags("global");
        routes.MapGet("/api/v1/sv1/clients", () => TypedResults.NotFound(new ErrorResponse(NoSv1)))
            .WithSummary("Sv1 clients (translator only)")
            .WithTags("sv1");
        routes.MapGet("/api/v1/sv1/clients/{client_id}", (ulong client_id) => TypedResults.NotFound(new ErrorResponse(NoSv1)))
            .WithSummary("One Sv1 client (translator only)")
            .WithTags("sv1");
    }

    private static GlobalResponse Global(MonitoringSources sources, DateTimeOffset startedAt)
    {
        CoreSnapshot? core = sources.Daemon.Snapshot;
        UpstreamChannelSnapshot? channel = ServerEndpoints.Pool(core)?.Channel;
        int channels = channel is null ? 0 : 1;
        return new GlobalResponse(
            new ServerSummary(channels, channels, 0, Values.Finite(channel?.HashRate ?? 0)),
            core is null
                ? new Sv2ClientsSummary(0, 0, 0, 0, 0)
                : new Sv2ClientsSummary(
                    core.Sessions,
                    core.ExtendedChannels + core.StandardChannels,
                    core.ExtendedChannels,
                    core.StandardChannels,
                    Values.Finite(core.HashRate)),
            Sv1Clients: null,
            (long)(sources.Time.GetUtcNow() - startedAt).TotalSeconds);
    }
}
