using System.Collections.Concurrent;
using JdClient.ChannelManager;
using JdClient.Configuration;
using JdClient.Core;
using JdClient.Logging;
using JdClient.Monitoring.Metrics;
using JdClient.Upstream;
using Microsoft.Extensions.Logging;
using Sv2.Protocol;
using Sv2.Protocol.Common;
using Sv2.Transport;

namespace JdClient.TemplateReceiver.Sv2Tp;

/// <summary>
/// Links to template providers over Sv2. The set-up of the connection is done here, so that the channel manager sees the
/// same Template Distribution Protocol whatever carries it.
/// </summary>
internal sealed class Sv2TemplateReceiver(
    IEventSink inbox, JdcConfiguration configuration, WriteObserver writes, TimeProvider time, ILogger<Sv2TemplateReceiver> log)
    : Sv2LinkRunner(inbox, configuration.Limits, writes, time, log)
{
    // Providers whose certificate is not checked and of which this was said; bounded by the configuration.
    private readonly ConcurrentDictionary<int, bool> _unverified = new();

    /// <inheritdoc/>
    protected override PeerRole Peer => PeerRole.TemplateProvider;

    /// <inheritdoc/>
    protected override TimeSpan FirstMessageTimeout => configuration.Limits.FirstMessageTimeout;

    /// <inheritdoc/>
    protected override PeerEndpoint EndpointOf(int peer) => Of(peer).Endpoint;

    /// <inheritdoc/>
    protected override ClientSecurity SecurityOf(PeerLink link)
    {
        TemplateProviderConfiguration.Sv2Tp provider = Of(link.Peer);
        if (provider.Unencrypted)
            return new ClientSecurity.Plaintext();
        return provider.Authority is { } authority
            ? new ClientSecurity.Authenticated(authority.XOnly.ToArray())
            : new ClientSecurity.Unauthenticated();
    }

    /// <inheritdoc/>
    protected override async Task<ConnectionEnd> ServeAsync(
        PeerLink link, Sv2Connection connection, PeerEndpoint endpoint, CancellationToken cancellationToken)
    {
        if (Of(link.Peer).Authority is null && _unverified.TryAdd(link.Peer, true))
            Log.ProviderUnverified(link.Name, link.Id.Value);
        connection.TrySend(new SetupConnection(
            SetupProtocol.TemplateDistribution,
            SetupProtocol.Version,
            SetupProtocol.Version,
            Flags: 0,
            endpoint.Host,
            endpoint.Port,
            Vendor: "JdClient",
            HardwareVersion: "",
            Firmware: Program.Version,
            DeviceId: ""));

        bool isSetUp = false;
        return await connection.RunAsync(OnMessageAsync, cancellationToken);

        // Called by the read loop alone, one message after the other.
        async ValueTask OnMessageAsync(InboundMessage inbound, CancellationToken token)
        {
            if (isSetUp)
            {
                await ForwardAsync(link, inbound, token);
                return;
            }

            switch (inbound.Message)
            {
                case SetupConnectionSuccess { UsedVersion: SetupProtocol.Version }:
                    isSetUp = true;
                    await Inbox.PostAsync(new CoreEvent.LinkConnected(link.Id), token);
                    break;
                case SetupConnectionSuccess success:
                    connection.Close(
                        ConnectionEndReason.ProtocolViolation, $"it set up version {success.UsedVersion}, which was not offered");
                    break;
                case SetupConnectionError error:
                    connection.Close(ConnectionEndReason.SetupRefused, $"it refused the connection: {Readable.Text(error.ErrorCode)}");
                    break;
                default:
                    connection.Close(ConnectionEndReason.ProtocolViolation, "its first message does not answer SetupConnection");
                    break;
            }
        }
    }

    private TemplateProviderConfiguration.Sv2Tp Of(int index) =>
        (TemplateProviderConfiguration.Sv2Tp)configuration.TemplateProviders[index];
}
