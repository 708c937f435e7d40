using JdClient.ChannelManager;
using JdClient.Configuration;
using JdClient.Core;
using JdClient.Logging;
using JdClient.Monitoring.Metrics;
using Microsoft.Extensions.Logging;
using Sv2.Protocol;
using Sv2.Transport;

namespace JdClient.Upstream;

/// <summary>
/// What links over Sv2 have in common: connect with deadlines, check the certificate, hand over messages until the end.
/// </summary>
internal abstract class Sv2LinkRunner(
    IEventSink inbox, LimitConfiguration limits, WriteObserver writes, TimeProvider time, ILogger log) : ILinkRunner
{
    /// <summary>The first read of a peer that sends whole templates; the buffer is only held while there are bytes.</summary>
    private const int ReceiveBufferSize = 65_536;

    /// <summary>Where unknown messages and connections are told.</summary>
    protected ILogger Log => log;

    /// <summary>The clock of deadlines.</summary>
    protected TimeProvider Time => time;

    /// <summary>Takes what happens on the link.</summary>
    protected IEventSink Inbox => inbox;

    /// <summary>What the peer is, for its message sizes.</summary>
    protected abstract PeerRole Peer { get; }

    /// <summary>Deadline of the peer's first message.</summary>
    protected virtual TimeSpan FirstMessageTimeout => Timeout.InfiniteTimeSpan;

    /// <inheritdoc/>
    public async Task<LinkEnd> RunAsync(PeerLink link, CancellationToken cancellationToken)
    {
        var options = new ConnectionOptions
        {
            Peer = Peer,
            TimeProvider = time,
            OutboxCapacity = limits.UpstreamQueue,
            NameResolutionTimeout = limits.ConnectTimeout,
            ConnectTimeout = limits.ConnectTimeout,
            HandshakeTimeout = limits.HandshakeTimeout,
            FirstMessageTimeout = FirstMessageTimeout,
            WriteStallTimeout = limits.WriteStallTimeout,
            ReceiveBufferSize = ReceiveBufferSize,
            Written = writes.Written,
        };
        PeerEndpoint endpoint = link.Redirect ?? EndpointOf(link.Peer);
        ConnectResult result = await Sv2Connector.ConnectAsync(endpoint.Host, endpoint.Port, SecurityOf(link), options, cancellationToken);
        if (!result.IsConnected)
            return LinkEnds.Of(result.Failure);
        await using Sv2Connection connection = result.Connection;
        if (!link.Attach(new Outlet(connection)))
            return new LinkEnd(LinkFailure.ClosedByUs, link.CloseReason ?? "given up");
        log.LinkConnected(link.Role.ToString(), link.Name, link.Id.Value, connection.RemoteEndPoint?.ToString() ?? "");
        return LinkEnds.Of(await ServeAsync(link, connection, endpoint, cancellationToken));
    }

    /// <summary>The peer's place as configured.</summary>
    protected abstract PeerEndpoint EndpointOf(int peer);

    /// <summary>How the peer proves who it is.</summary>
    protected abstract ClientSecurity SecurityOf(PeerLink link);

    /// <summary>Tells that the link is usable and hands over messages until it ends.</summary>
    protected virtual async Task<ConnectionEnd> ServeAsync(
        PeerLink link, Sv2Connection connection, PeerEndpoint endpoint, CancellationToken cancellationToken)
    {
        await inbox.PostAsync(new CoreEvent.LinkConnected(link.Id), cancellationToken);
        return await connection.RunAsync((inbound, token) => ForwardAsync(link, inbound, token), cancellationToken);
    }

    /// <summary>Hands one message over; unknown types and extensions are ignored (spec 03, 3.4.1).</summary>
    protected ValueTask ForwardAsync(PeerLink link, InboundMessage inbound, CancellationToken cancellationToken)
    {
        if (inbound.Message is { } message)
            return inbox.PostAsync(new CoreEvent.LinkMessage(link.Id, message), cancellationToken);
        log.UnknownMessage($"{link.Role} {link.Name} (link {link.Id.Value})", inbound.Header.ExtensionType, inbound.Header.MessageType);
        return ValueTask.CompletedTask;
    }

    private sealed class Outlet(Sv2Connection connection) : ILinkOutlet
    {
        public void Send(Sv2Message message, long cause)
        {
            Queue(message, cause);
            Flush();
        }

        public void Queue(Sv2Message message, long cause)
        {
            if (!connection.TryQueue(message, cause) && connection.End is null)
                connection.Close(ConnectionEndReason.SlowConsumer, "it does not read what it is sent");
        }

        public void Flush() => connection.Flush();

        public void Close(string reason) => connection.CloseAfterFlush(ConnectionEndReason.NoLongerNeeded, reason);
    }
}
