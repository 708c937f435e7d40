using JdClient.Monitoring.Model;
using JdClient.Status;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace JdClient.Monitoring.Endpoints;

/// <summary>Hash rate and shares over time, which without a Prometheus nobody else remembers.</summary>
internal static class FlowEndpoints
{
    internal static void Map(IEndpointRouteBuilder routes, MonitoringSources sources) =>
        routes.MapGet("/api/v1/flow", Results<Ok<FlowResponse>, BadRequest<ErrorResponse>> (string? span) => (span ?? "hour") switch
            {
                "hour" => TypedResults.Ok(Answer("hour", FlowHistory.HourInterval, FlowHistory.HourCapacity, sources.Flow.Hour)),
                "day" => TypedResults.Ok(Answer("day", FlowHistory.DayInterval, FlowHistory.DayCapacity, sources.Flow.Day)),
                _ => TypedResults.BadRequest(new ErrorResponse("span is hour or day")),
            })
            .WithSummary("Hash rate and shares of the last hour or day")
            .WithTags("status");

    private static FlowResponse Answer(string span, TimeSpan interval, int capacity, IReadOnlyList<FlowSample> samples) =>
        new(span, (int)interval.TotalSeconds, capacity, [.. samples.Select(FlowPoint.Of)]);
}
