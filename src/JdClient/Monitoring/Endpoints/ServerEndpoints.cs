using JdClient.Core;
using JdClient.Monitoring.Model;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace JdClient.Monitoring.Endpoints;

/// <summary>
/// The "server" of the field's API: the pool that is mined for. A pool that stands by is not part of it; mining solo there
/// is a server without channels.
/// </summary>
internal static class ServerEndpoints
{
    internal static void Map(IEndpointRouteBuilder routes, MonitoringSources sources)
    {
        routes.MapGet("/api/v1/server", () =>
            {
                UpstreamChannelSnapshot? channel = Pool(sources.Daemon.Snapshot)?.Channel;
                return TypedResults.Ok(new ServerResponse(channel is null ? 0 : 1, 0, Values.Finite(channel?.HashRate ?? 0)));
            })
            .WithSummary("Server metadata")
            .WithTags("server");
        routes.MapGet("/api/v1/server/channels", (uint? offset, uint? limit) =>
            {
                var paging = Paging.Of(offset, limit);
                ServerExtendedChannelInfo[] channels = Pool(sources.Daemon.Snapshot) is { Channel: { } channel } pool
                    ? [Describe(pool, channel)]
                    : [];
                return TypedResults.Ok(new ServerChannelsResponse(
                    paging.Offset, paging.Limit, channels.Length, 0, paging.Take(channels, static info => info), []));
            })
            .WithSummary("Server channels (paginated)")
            .WithTags("server");
    }

    /// <summary>The pool that is mined for; null when mining solo.</summary>
    internal static UpstreamSnapshot? Pool(CoreSnapshot? core) =>
        core?.Source.UpstreamId is { } id ? core.Upstreams.FirstOrDefault(upstream => upstream.Id == id) : null;

    private static ServerExtendedChannelInfo Describe(UpstreamSnapshot pool, UpstreamChannelSnapshot channel) => new()
    {
        ChannelId = channel.ChannelId,
        UserIdentity = channel.UserIdentity,
        NominalHashrate = Values.Finite(channel.HashRate),
        TargetHex = Values.Hex(pool.Target ?? Bitcoin.U256.MaxValue),
        ExtranoncePrefixHex = Values.Hex(channel.ExtranoncePrefix),
        FullExtranonceSize = channel.ExtranoncePrefix.Length + channel.ExtranonceSize,
        RollableExtranonceSize = channel.ExtranonceSize,
        VersionRolling = channel.AllowsVersionRolling,
        SharesAcknowledged = channel.Accepted,
        SharesSubmitted = channel.Sent,
        SharesRejected = channel.Rejected,
        SharesRejectedByReason = Values.Counts(channel.RejectedByCode),
        AcknowledgedWorkSum = Values.Whole(channel.AcceptedWork),
        ValidatedWorkSum = Values.Finite(channel.SentWork),
        BestDiff = Values.Finite(channel.BestDifficulty),
        BlocksFound = channel.BlocksFound,
    };
}
