using JdClient.Blocks;
using JdClient.Cli;
using JdClient.Monitoring.Model;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace JdClient.Monitoring.Endpoints;

/// <summary>The blocks found, from the journal on disk, which is read at most every few seconds however often it is asked for.</summary>
internal static class BlockEndpoints
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(5);

    internal static void Map(IEndpointRouteBuilder routes, MonitoringSources sources)
    {
        JournalReader? journal = sources.Configuration.DataDirectory is { } directory
            ? new JournalReader(JournalDirectory.Of(directory))
            : null;
        var gate = new Lock();
        IReadOnlyList<BlockListing> read = [];
        long? readAt = null;
        routes.MapGet(
                "/api/v1/blocks",
                Results<Ok<BlocksResponse>, NotFound<ErrorResponse>> (uint? offset, uint? limit) =>
                {
                    if (journal is null)
                        return TypedResults.NotFound(new ErrorResponse("No block journal is kept: data_dir is not configured"));
                    var paging = Paging.Of(offset, limit);
                    IReadOnlyList<BlockListing> blocks = Read(journal);
                    return TypedResults.Ok(new BlocksResponse(
                        paging.Offset, paging.Limit, blocks.Count, paging.Take(blocks, static block => block)));
                })
            .WithSummary("Blocks found and what became of them, newest first (paginated)")
            .WithTags("blocks");

        IReadOnlyList<BlockListing> Read(JournalReader from)
        {
            lock (gate)
            {
                if (readAt is { } at && sources.Time.GetElapsedTime(at) < MaxAge)
                    return read;
                readAt = sources.Time.GetTimestamp();
                return read = from.Exists ? [.. from.ReadAll().Entries.Reverse().Select(entry => BlockListing.Of(entry, from))] : [];
            }
        }
    }
}
