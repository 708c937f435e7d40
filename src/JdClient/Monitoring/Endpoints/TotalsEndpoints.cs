using System.Collections.Immutable;
using JdClient.Monitoring.Model;
using JdClient.Statistics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace JdClient.Monitoring.Endpoints;

/// <summary>What outlives restarts and reconnects: sums over all runs, in all and by worker.</summary>
internal static class TotalsEndpoints
{
    internal static void Map(IEndpointRouteBuilder routes, MonitoringSources sources) =>
        routes.MapGet(
                "/api/v1/totals",
                Results<Ok<TotalsResponse>, BadRequest<ErrorResponse>> (uint? offset, uint? limit, string? sort) =>
                {
                    LifetimeTotals totals = sources.Statistics.Read();
                    return Sorted(totals.Workers, sort ?? "-work") is { } workers
                        ? TypedResults.Ok(Describe(totals, workers, Paging.Of(offset, limit)))
                        : TypedResults.BadRequest(new ErrorResponse(
                            "sort is one of user, accepted, rejected, work, best, last_share; with - before it the other way round"));
                })
            .WithSummary("Sums over all runs of the daemon, and of each worker (paginated, sorted)")
            .WithTags("clients");

    private static TotalsResponse Describe(LifetimeTotals totals, IEnumerable<WorkerTotals> workers, Paging paging) => new()
    {
        Since = totals.Since,
        Accepted = totals.Accepted,
        Rejected = totals.Rejected,
        AcceptedUpstream = totals.AcceptedUpstream,
        RejectedUpstream = totals.RejectedUpstream,
        Work = Values.Finite(totals.Work),
        BlocksFound = totals.BlocksFound,
        BestShare = totals.Best is { } best ? new BestShareInfo(Values.Finite(best.Difficulty), best.UserIdentity, best.At) : null,
        Workers = new WorkerTotalsPage(paging.Offset, paging.Limit, totals.Workers.Length, paging.Take(workers, Describe)),
        Others = totals.Others is { } others ? Describe(others) : null,
    };

    private static WorkerTotalsInfo Describe(WorkerTotals worker) => new(
        worker.UserIdentity,
        worker.Accepted,
        worker.Rejected,
        Values.Finite(worker.Work),
        Values.Finite(worker.BestDifficulty),
        worker.FirstShareAt,
        worker.LastShareAt);

    private static IEnumerable<WorkerTotals>? Sorted(ImmutableArray<WorkerTotals> workers, string sort)
    {
        bool isDescending = sort.StartsWith('-');
        return (isDescending ? sort[1..] : sort) switch
        {
            "user" => By(static worker => worker.UserIdentity, StringComparer.Ordinal),
            "accepted" => By(static worker => worker.Accepted),
            "rejected" => By(static worker => worker.Rejected),
            "work" => By(static worker => worker.Work),
            "best" => By(static worker => worker.BestDifficulty),
            "last_share" => By(static worker => worker.LastShareAt),
            _ => null,
        };

        IEnumerable<WorkerTotals> By<TKey>(Func<WorkerTotals, TKey> key, IComparer<TKey>? comparer = null) =>
            isDescending ? workers.OrderByDescending(key, comparer) : workers.OrderBy(key, comparer);
    }
}
