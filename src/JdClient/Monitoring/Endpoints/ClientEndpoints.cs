using JdClient.Core;
using JdClient.Monitoring.Model;
using JdClient.Monitoring.Telemetry;
using JdClient.Status;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace JdClient.Monitoring.Endpoints;

/// <summary>The "clients" of the field's API: downstream connections and their channels.</summary>
internal static class ClientEndpoints
{
    internal static void Map(IEndpointRouteBuilder routes, MonitoringSources sources)
    {
        float sharesPerMinute = sources.Configuration.SharesPerMinute;
        routes.MapGet("/api/v1/clients", (uint? offset, uint? limit) =>
            {
                var paging = Paging.Of(offset, limit);
                DownstreamSnapshot downstream = sources.Daemon.Downstream;
                return TypedResults.Ok(new Sv2ClientsResponse(
                    paging.Offset,
                    paging.Limit,
                    downstream.Sessions.Length,
                    paging.Take(downstream.Sessions, session => Describe(session, sources.Telemetry))));
            })
            .WithSummary("All Sv2 clients metadata (paginated)")
            .WithTags("clients");
        routes.MapGet(
                "/api/v1/clients/{client_id}",
                Results<Ok<Sv2ClientMetadata>, NotFound<ErrorResponse>> (ulong client_id) =>
                    Find(sources.Daemon.Downstream, client_id) is { } session
                        ? TypedResults.Ok(Describe(session, sources.Telemetry))
                        : Missing(client_id))
            .WithSummary("Single Sv2 client metadata")
            .WithTags("clients");
        routes.MapGet(
                "/api/v1/clients/{client_id}/channels",
                Results<Ok<Sv2ClientChannelsResponse>, NotFound<ErrorResponse>> (ulong client_id, uint? offset, uint? limit) =>
                    Find(sources.Daemon.Downstream, client_id) is { } session
                        ? TypedResults.Ok(Channels(session, Paging.Of(offset, limit), sharesPerMinute))
                        : Missing(client_id))
            .WithSummary("Sv2 client channels (paginated)")
            .WithTags("clients");
    }

    private static NotFound<ErrorResponse> Missing(ulong id) => TypedResults.NotFound(new ErrorResponse($"Sv2 client {id} not found"));

    // By halves: the sessions are in the order of their ids.
    private static SessionSnapshot? Find(DownstreamSnapshot downstream, ulong id)
    {
        int low = 0;
        int high = downstream.Sessions.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            SessionSnapshot session = downstream.Sessions[middle];
            if ((ulong)session.Id.Value == id)
                return session;
            if ((ulong)session.Id.Value < id)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return null;
    }

    private static Sv2ClientMetadata Describe(SessionSnapshot session, MinerTelemetrySearch search)
    {
        ClientTelemetry? device = search.Find(session.Id);
        return new Sv2ClientMetadata
        {
            ClientId = session.Id.Value,
            ClientKind = ClientKind.Of(session.Device),
            ExtendedChannelsCount = session.ExtendedChannels,
            StandardChannelsCount = session.Channels.Length - session.ExtendedChannels,
            TotalHashrate = Values.Finite(session.HashRate),
            ManagementIp = device?.ManagementIp,
            MinerTelemetry = device?.Telemetry,
            MinerTelemetryStatus = device is null ? null : SnakeCase.Of(device.Status),
            Peer = session.Peer,
            ConnectedAt = session.ConnectedAt,
            Vendor = session.Device?.Vendor,
            HardwareVersion = session.Device?.HardwareVersion,
            Firmware = session.Device?.Firmware,
            DeviceId = session.Device?.DeviceId,
        };
    }

    private static Sv2ClientChannelsResponse Channels(SessionSnapshot session, Paging paging, float sharesPerMinute) => new(
        session.Id.Value,
        paging.Offset,
        paging.Limit,
        session.ExtendedChannels,
        session.Channels.Length - session.ExtendedChannels,
        paging.Take(session.Channels.Where(channel => channel.IsExtended), channel => Extended(channel, sharesPerMinute)),
        paging.Take(session.Channels.Where(channel => !channel.IsExtended), channel => Standard(channel, sharesPerMinute)));

    private static ExtendedChannelInfo Extended(ChannelSnapshot channel, float sharesPerMinute) =>
        new(Standard(channel, sharesPerMinute), channel.FullExtranonceSize, channel.RollableSize);

    private static StandardChannelInfo Standard(ChannelSnapshot channel, float sharesPerMinute) => new()
    {
        ChannelId = channel.ChannelId,
        UserIdentity = channel.UserIdentity,
        NominalHashrate = Values.Finite(channel.HashRate),
        StableHashrate = channel.IsCalibrated,
        TargetHex = Values.Hex(channel.Target),
        RequestedMaxTargetHex = Values.Hex(channel.MaxTarget),
        ExtranoncePrefixHex = Values.Hex(channel.ExtranoncePrefix),
        ExpectedSharesPerMinute = sharesPerMinute,
        SharesAccepted = channel.Accepted,
        SharesRejected = channel.Rejected,
        SharesRejectedByReason = Values.Counts(channel.RejectedByReason),
        ShareWorkSum = Values.Finite(channel.WorkSum),
        LastShareSequenceNumber = channel.LastSequenceNumber,
        BestDiff = Values.Finite(channel.BestDifficulty),
        LastBatchAccepted = channel.BatchCount,
        LastBatchWorkSum = Values.Whole(channel.BatchWork),
        ShareBatchSize = channel.BatchSize,
        BlocksFound = channel.BlocksFound,
        LastShareAt = channel.LastAcceptedAt,
    };
}
