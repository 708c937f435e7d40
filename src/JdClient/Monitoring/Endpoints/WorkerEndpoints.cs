using JdClient.Core;
using JdClient.Monitoring.Model;
using JdClient.Monitoring.Telemetry;
using JdClient.Status;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace JdClient.Monitoring.Endpoints;

/// <summary>Every channel of every connection in one list, which the field's API has only connection by connection.</summary>
internal static class WorkerEndpoints
{
    internal static void Map(IEndpointRouteBuilder routes, MonitoringSources sources) =>
        routes.MapGet(
                "/api/v1/workers",
                Results<Ok<WorkersResponse>, BadRequest<ErrorResponse>> (uint? offset, uint? limit, string? sort) =>
                    Sorted(sources.Daemon.Downstream, sort ?? "user") is { } workers
                        ? TypedResults.Ok(Page(workers, sources, Paging.Of(offset, limit)))
                        : TypedResults.BadRequest(new ErrorResponse(
                            "sort is one of user, peer, hash_rate, accepted, rejected, last_share; with - before it the other way round")))
            .WithSummary("Every channel of every Sv2 client (paginated, sorted)")
            .WithTags("clients");

    private static WorkersResponse Page(IEnumerable<Worker> workers, MonitoringSources sources, Paging paging) => new(
        paging.Offset,
        paging.Limit,
        sources.Daemon.Downstream.Sessions.Sum(static session => session.Channels.Length),
        paging.Take(workers, worker => worker.Describe(sources.Telemetry.Find(worker.Session.Id))));

    // Equals stay in the order of their connections, so that a list that does not change does not move.
    private static IEnumerable<Worker>? Sorted(DownstreamSnapshot downstream, string sort)
    {
        IEnumerable<Worker> all = downstream.Sessions.SelectMany(
            static session => session.Channels, static (session, channel) => new Worker(session, channel));
        bool isDescending = sort.StartsWith('-');
        return (isDescending ? sort[1..] : sort) switch
        {
            "user" => By(static worker => worker.Channel.UserIdentity, StringComparer.Ordinal),
            "peer" => By(static worker => worker.Session.Peer, StringComparer.Ordinal),
            "hash_rate" => By(static worker => worker.Channel.HashRate),
            "accepted" => By(static worker => worker.Channel.Accepted),
            "rejected" => By(static worker => worker.Channel.Rejected),
            "last_share" => By(static worker => worker.Channel.LastAcceptedAt ?? DateTimeOffset.MinValue),
            _ => null,
        };

        IEnumerable<Worker> By<TKey>(Func<Worker, TKey> key, IComparer<TKey>? comparer = null) =>
            isDescending ? all.OrderByDescending(key, comparer) : all.OrderBy(key, comparer);
    }

    private readonly record struct Worker(SessionSnapshot Session, ChannelSnapshot Channel)
    {
        internal WorkerInfo Describe(ClientTelemetry? device) => new()
        {
            ClientId = Session.Id.Value,
            ChannelId = Channel.ChannelId,
            Kind = Channel.IsExtended ? "extended" : "standard",
            UserIdentity = Channel.UserIdentity,
            Peer = Session.Peer,
            HashRate = Values.Finite(Channel.HashRate),
            Accepted = Channel.Accepted,
            Rejected = Channel.Rejected,
            RejectedByReason = Values.Counts(Channel.RejectedByReason),
            BlocksFound = Channel.BlocksFound,
            LastShareAt = Channel.LastAcceptedAt,
            MinerTelemetry = device?.Telemetry,
            MinerTelemetryStatus = device is null ? null : SnakeCase.Of(device.Status),
        };
    }
}
