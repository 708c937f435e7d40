using System.Globalization;
using System.Text;
using System.Text.Json;
using JdClient.Monitoring.Model;
using JdClient.Status;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace JdClient.Monitoring.Endpoints;

/// <summary>
/// Server-sent events: <c>change</c> for each change of status; <c>summary</c> when its figures have changed, at most once a
/// second; a comment every 15 seconds. A client that comes back with Last-Event-ID gets what it missed, as far as the
/// history reaches: ids are a change's number behind the daemon's start, and one of an earlier process, whose numbers mean
/// other changes, gets the whole history. Each looks at immutable values once a second, so nothing queues up for it; one
/// that does not read is cut off by the server's least data rate.
/// </summary>
internal static class EventEndpoints
{
    /// <summary>Clients at a time; more are refused.</summary>
    internal const int MaxClients = 32;

    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    internal static void Map(WebApplication routes, MonitoringSources sources)
    {
        var clients = new SemaphoreSlim(MaxClients);
        CancellationToken stopping = routes.Lifetime.ApplicationStopping;
        routes.MapGet("/api/v1/events", (HttpContext context, CancellationToken _) => ServeAsync(context, sources, clients, stopping))
            .WithSummary("Changes and figures as they come (server-sent events)")
            .WithTags("status")
            .Produces<string>(StatusCodes.Status200OK, "text/event-stream")
            .Produces<ErrorResponse>(StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task ServeAsync(
        HttpContext context, MonitoringSources sources, SemaphoreSlim clients, CancellationToken stopping)
    {
        if (!await clients.WaitAsync(0, context.RequestAborted))
        {
            context.Response.Headers.RetryAfter = "5";
            await RequestGuard.RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "too many clients of events");
            return;
        }

        try
        {
            context.Response.ContentType = "text/event-stream";
            using var over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
            if (!RequestGuard.IsHead(context))
                await WriteAllAsync(context, sources, over.Token);
        }
        catch (OperationCanceledException)
        {
            // The client has gone, or the daemon stops.
        }
        finally
        {
            clients.Release();
        }
    }

    private static async Task WriteAllAsync(HttpContext context, MonitoringSources sources, CancellationToken cancellationToken)
    {
        string process = string.Create(CultureInfo.InvariantCulture, $"{sources.Status.StartedAt.ToUnixTimeMilliseconds()}-");
        long seen = Seen(context.Request.Headers["Last-Event-ID"].ToString(), process, sources.Status.History);
        SummaryEvent? told = null;
        long toldAt = sources.Time.GetTimestamp();
        using var timer = new PeriodicTimer(Interval, sources.Time);
        do
        {
            var text = new StringBuilder();
            foreach (StatusChange change in sources.Status.History.Changes.Where(change => change.Number > seen))
            {
                seen = change.Number;
                Append(
                    text,
                    "change",
                    JsonSerializer.Serialize(ChangeStatus.Of(change), MonitoringJson.Default.ChangeStatus),
                    $"{process}{seen}");
            }

            SummaryEvent summary = SummaryEvent.Of(sources.Status.Read());
            if (summary != told)
                Append(text, "summary", JsonSerializer.Serialize(summary, MonitoringJson.Default.SummaryEvent), null);
            told = summary;
            if (text.Length == 0 && sources.Time.GetElapsedTime(toldAt) >= Heartbeat)
                text.Append(":\n\n");
            if (text.Length == 0)
                continue;
            toldAt = sources.Time.GetTimestamp();
            await context.Response.WriteAsync(text.ToString(), cancellationToken);
            await context.Response.Body.FlushAsync(cancellationToken);
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    // Without an id only what comes from now on is news.
    private static long Seen(string last, string process, ChangeHistory history)
    {
        if (last.Length == 0)
            return history.Changes.LastOrDefault()?.Number ?? 0;
        bool isOurs = last.StartsWith(process, StringComparison.Ordinal);
        return isOurs && long.TryParse(last.AsSpan(process.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : 0;
    }

    private static void Append(StringBuilder text, string name, string json, string? id)
    {
        text.Append("event: ").Append(name).Append('\n');
        if (id is not null)
            text.Append("id: ").Append(id).Append('\n');
        text.Append("data: ").Append(json).Append("\n\n");
    }
}
